import TestSupport
import Testing

@testable import Learning

/// Estimates of what another way of choosing would have earned.
@Suite struct OffPolicyTests {
    /// Rounds as Open Bandit Pipeline 0.4.1 was given them: the new probability, that of the log, the reward, what a model
    /// says of the choice, and what it says of the new way's choices.
    private static let rounds: [(new: Double, old: Double, reward: Double, expected: Double, promised: Double)] = [
        (0.05278708668989637, 0.4018563543132439, 0.0, 1.068, 2.4595478425536412),
        (0.6120251520095654, 0.45496169596458425, 0.0, 3.466, 2.8285036105656047),
        (0.36119402356977603, 0.11896509238606019, 0.0, 0.792, 1.2203060801571204),
        (0.06064413083637517, 0.1933018447024872, 0.0, 3.312, 2.7002085750291083),
        (0.010490585766263388, 0.4856246354689948, 5.77, 1.832, 2.062338929729969),
        (0.13180190220375873, 0.17432063247415686, 4.12, 2.184, 1.5508033018682783),
        (0.03769204680760015, 0.3470302877574925, 1.2, 2.826, 2.6962482854550593),
        (0.568061873296886, 0.7266611793321472, 0.0, 3.27, 2.252176180551728),
        (0.3726799986212364, 0.46864846080845296, 1.24, 2.732, 1.8314215624282197),
        (0.5929395786200677, 0.5640821291442686, 3.63, 0.985, 1.354505444807476),
        (0.06556437164331015, 0.25431397659959093, 0.0, 1.033, 1.874349781684371),
        (0.6228886497746746, 0.6004173215636001, 1.07, 0.813, 1.367554972943911),
        (0.02542388840292976, 0.32174578535657655, 1.27, 3.848, 1.2612042362326839),
        (0.08166812817892335, 0.3811613665389314, 0.0, 1.025, 1.0889513762412057),
        (0.3209939790809914, 0.4089691474107112, 5.85, 2.838, 2.9498660021800065),
        (0.3229930732325952, 0.2653952766608179, 0.0, 3.073, 1.8479284319715528),
        (0.24097415828011398, 0.8757525137131411, 0.0, 2.626, 2.343823814352482),
        (0.23682335341740368, 0.295574713914989, 1.91, 3.001, 3.039749765978682),
        (0.03918599680308326, 0.3375495904178677, 0.0, 1.028, 1.6398366617574522),
        (0.30260618517005694, 0.5171148539974488, 2.29, 0.567, 1.4766809125329334),
        (0.17393296478261863, 0.5600159104010087, 1.26, 0.552, 0.561965697240894),
        (0.1478083064459905, 0.47340337077993044, 0.0, 1.133, 2.956437735028341),
        (0.0603660411214096, 0.210879897273763, 2.84, 0.735, 0.5969883040680435),
        (0.2795096175614339, 0.4416387461168908, 7.23, 1.897, 1.6772719952818673),
        (0.6505070640498021, 0.332408176714137, 0.0, 0.652, 1.0697364650310424),
        (0.05731394410994378, 0.34325063837519354, 0.0, 2.469, 0.9044047100582068),
        (0.8052832445685701, 0.26989180709514166, 2.58, 1.67, 1.7575741414762143),
        (0.2496289487421658, 0.3175645587173045, 3.81, 2.673, 3.4171097503062047),
        (0.7390966232521922, 0.34208845115747244, 0.17, 2.653, 2.1317470903190894),
        (0.0997177505902835, 0.42603516581854645, 1.06, 0.855, 2.9689224099490805),
        (0.47410269816780265, 0.4743065524953956, 0.49, 1.261, 0.8666496646641528),
        (0.8089820801230868, 0.18087329453251433, 1.52, 0.13, 0.7635072442837159),
        (0.1260920386389892, 0.29991488655385895, 0.0, 2.448, 3.221898707294423),
        (0.46728766658568355, 0.2893271376409447, 0.66, 2.714, 2.5273006997520557),
        (0.046658718208413864, 0.7560867612436893, 3.55, 2.052, 2.210911472758926),
        (0.1814520154449588, 0.4770860424852471, 6.87, 2.776, 1.3925404688547252),
        (0.29110550402405994, 0.690909416306328, 2.89, 3.022, 2.289106609723904),
        (0.06798486821011947, 0.5669659706008839, 0.0, 1.347, 0.516808222655668),
        (0.11704046311589508, 0.6255128077574885, 0.0, 1.216, 1.3734756198372695),
        (0.15726803478129947, 0.589890588293642, 5.16, 3.594, 3.3489828327503885),
    ]

    @Test func equalsOpenBanditPipeline() {
        let rounds = Self.rounds
        let weights = rounds.map { $0.new / $0.old }
        let customers = Array(rounds.indices)
        let weighted = zip(weights, rounds).map { $0 * $1.reward }
        let robust = zip(weights, rounds).map { $1.promised + $0 * ($1.reward - $1.expected) }
        let count = rounds.count
        let ips = OffPolicy.mean(weighted, customers: customers, count: count)
        let snips = OffPolicy.ratio(weighted, over: weights, customers: customers, count: count)
        #expect((ips.mean - 1.1928047835007374).magnitude < 1e-12)
        #expect((snips.mean - 1.4687912086695996).magnitude < 1e-12)
        #expect(
            (OffPolicy.mean(robust, customers: customers, count: count).mean - 1.7306525581266832).magnitude < 1e-12)
        // Of customers that are rounds, the error is that of a mean.
        let variance = weighted.reduce(0) { $0 + ($1 - ips.mean) * ($1 - ips.mean) } / Double(count - 1)
        #expect((ips.error - (variance / Double(count)).squareRoot()).magnitude < 1e-14)
    }

    /// The log's way of choosing learns as it goes, customers have habits of their own, and the truth lies in the interval
    /// about as often as it says, on either side of it alike.
    @Test func intervalsOfAnAdaptiveLogHoldTheTruth() {
        var numbers = SeededNumbers(seed: 19)
        func chance() -> Double { Double(numbers.below(1 << 30)) / Double(1 << 30) }
        let (new, truth) = ([0.7, 0.3], 0.7 * 0.3 + 0.3 * 0.5)
        let runs = 2000
        var held = [0, 0, 0]
        var mean = 0.0
        for _ in 0..<runs {
            var (counts, wins) = ([1.0, 1.0], [0.5, 0.5])
            var (weights, rewards, customers, robust): ([Double], [Double], [Int], [Double]) = ([], [], [], [])
            for customer in 0..<150 {
                let habit = chance() < 0.5 ? 0.15 : -0.15
                for _ in 0..<2 {
                    let best = wins[0] / counts[0] >= wins[1] / counts[1] ? 0 : 1
                    let old = [best == 0 ? 0.75 : 0.25, best == 0 ? 0.25 : 0.75]
                    let action = chance() < old[0] ? 0 : 1
                    let reward: Double = chance() < (action == 0 ? 0.3 : 0.5) + habit ? 1 : 0
                    counts[action] += 1
                    wins[action] += reward
                    weights.append(new[action] / old[action])
                    rewards.append(reward)
                    customers.append(customer)
                    let expected = [0.25, 0.6]
                    robust.append(
                        new[0] * expected[0] + new[1] * expected[1]
                            + new[action] / old[action] * (reward - expected[action]))
                }
            }
            let weighted = zip(weights, rewards).map { $0 * $1 }
            let estimates = [
                OffPolicy.mean(weighted, customers: customers, count: 150),
                OffPolicy.ratio(weighted, over: weights, customers: customers, count: 150),
                OffPolicy.mean(robust, customers: customers, count: 150),
            ]
            mean += estimates[0].mean
            for (index, estimate) in estimates.enumerated() where estimate.low <= truth && truth <= estimate.high {
                held[index] += 1
            }
        }
        for share in held.map({ Double($0) / Double(runs) }) { #expect(share > 0.93 && share < 0.97, "\(share)") }
        #expect((mean / Double(runs) - truth).magnitude < 0.004, "\(mean / Double(runs))")
    }

    @Test func effectiveSizeCountsEvenWeightsAsOne() {
        #expect(OffPolicy.effectiveSize([2, 2, 2]) == 3)
        #expect(OffPolicy.effectiveSize([1, 0, 0]) == 1)
        #expect(OffPolicy.effectiveSize([0, 0]) == 0)
        #expect(OffPolicy.mean([1], customers: [0], count: 1).error.isNaN)
    }
}
