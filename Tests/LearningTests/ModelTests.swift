import TestSupport
import Testing

@testable import Learning

/// Models made elsewhere say what the libraries say that they are made with.
@Suite struct ModelTests {
    /// LightGBM 4.7 made it: missing values of all kinds, categories.
    static let lightGBM = """
        tree
        version=v4
        num_class=1
        num_tree_per_iteration=1
        objective=binary sigmoid:1
        feature_names=a b c

        Tree=0
        num_leaves=5
        num_cat=1
        split_feature=0 1 0 2
        threshold=-0.42999999999999994 0 0.85500000000000009 -1214.9999999999998
        decision_type=8 9 10 10
        left_child=-1 -2 3 -3
        right_child=1 2 -4 -5
        leaf_value=0.03187282445181111 0.27883398512028235 0.16234138485742119 0.34157092238431985 0.027919231712247194
        cat_boundaries=0 2
        cat_threshold=882535781 9
        is_linear=0


        Tree=1
        num_leaves=5
        num_cat=1
        split_feature=0 1 0 0
        threshold=0.54500000000000015 0 -1.1799999999999997 0.54500000000000015
        decision_type=10 9 8 8
        left_child=1 2 -1 -3
        right_child=-2 3 -4 -5
        leaf_value=-0.20323861816605243 0.12800390925273464 -0.16324912647516493 0.12506548242876239 -0.057415791373842645
        cat_boundaries=0 2
        cat_threshold=612526436 105
        is_linear=0


        Tree=2
        num_leaves=5
        num_cat=1
        split_feature=0 1 0 0
        threshold=-0.42999999999999994 0 0.65000000000000013 -0.12499999999999999
        decision_type=8 9 10 8
        left_child=-1 2 -2 -3
        right_child=1 3 -4 -5
        leaf_value=-0.12258114034015014 -0.14750628998418822 0.0013472550651533808 0.071736131589121274 0.13470694943330058
        cat_boundaries=0 2
        cat_threshold=2338685576 148
        is_linear=0


        end of trees
        """

    /// XGBoost 3.2 made it.
    static let xgboost = #"""
        {"learner":{"feature_names":["a","b","c"],"learner_model_param":{"base_score":"[5.45E-1]",
        "boost_from_average":"1","num_class":"0","num_feature":"3","num_target":"1"},
        "objective":{"name":"binary:logistic"},"gradient_booster":{"name":"gbtree","model":{"tree_info":[0,0,0],
        "trees":[{"categories":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,
        32,33,34,35],"categories_nodes":[2],"categories_segments":[0],"categories_sizes":[36],"default_left":[1,0,0,0,
        0,0,0],"left_children":[1,3,5,-1,-1,-1,-1],"right_children":[2,4,6,-1,-1,-1,-1],"split_conditions":[0.54,
        -0.41,1e-45,-0.41317612,-0.019571083,-0.1531443,0.449667],"split_indices":[0,0,1,0,0,0,0],"split_type":[0,0,1,
        0,0,0,0],"tree_param":{"num_deleted":"0","num_feature":"3","num_nodes":"7","size_leaf_vector":"1"}},
        {"categories":[0,1,2,3,4,6,7,9,11,12,14,15,16,18,21,22,24,27,28,30,31,34,36],"categories_nodes":[0],
        "categories_segments":[0],"categories_sizes":[23],"default_left":[0,0,1,0,0,0,0],"left_children":[1,3,5,-1,-1,
        -1,-1],"right_children":[2,4,6,-1,-1,-1,-1],"split_conditions":[1e-45,-0.96,0.55,-0.34050208,0.27164552,
        -0.3153626,0.22462183],"split_indices":[1,0,0,0,0,0,0],"split_type":[1,0,0,0,0,0,0],
        "tree_param":{"num_deleted":"0","num_feature":"3","num_nodes":"7","size_leaf_vector":"1"}},{"categories":[0,1,
        2,3,4,6,7,9,10,11,12,13,14,15,16,18,19,20,21,22,24,25,27,28,30,31,32,33,34,36,37,38,39],
        "categories_nodes":[0],"categories_segments":[0],"categories_sizes":[33],"default_left":[0,0,0,0,0,0,0],
        "left_children":[1,3,5,-1,-1,-1,-1],"right_children":[2,4,6,-1,-1,-1,-1],"split_conditions":[1e-45,-0.96,0.64,
        -0.25119692,0.3784337,-0.27371523,0.14333801],"split_indices":[1,0,0,0,0,0,0],"split_type":[1,0,0,0,0,0,0],
        "tree_param":{"num_deleted":"0","num_feature":"3","num_nodes":"7","size_leaf_vector":"1"}}]}}}}
        """#

    private static func model(_ text: String) throws(ModelFault) -> Model { try Model(Array(text.utf8)) }

    private static let rows: [[Double]] = [
        [0.3, 2, .nan], [.nan, 5, 1e3], [-1.2, .nan, 0], [1e-36, 39, -500], [0.5, -3, 200], [2, 1e10, .infinity],
        [-0.0, 0.7, -1e300],
    ]

    @Test func lightGBMIsEqualToTheLastBit() throws {
        let model = try Self.model(Self.lightGBM)
        #expect(model.features == ["a", "b", "c"] && model.isProbability && model.about == "LightGBM, binary, 3 trees")
        let wanted: [UInt64] = [
            0x3fe43526b0973da6, 0x3fe43526b0973da6, 0x3fdbf5585aaaf830, 0x3fdb812a271fce75, 0x3fdffd72cb644c46,
            0x3fe4b13c8245cc0d, 0x3fe1fdf03234a92c,
        ]
        #expect(Self.rows.map { model.predict($0).bitPattern } == wanted)
    }

    @Test func xgboostIsEqualToTheLastBit() throws {
        let model = try Self.model(Self.xgboost)
        #expect(model.features == ["a", "b", "c"] && model.isProbability)
        var rows = Self.rows.map { $0.map { min(max($0, -3e38), 3e38) } }
        for (row, original) in Self.rows.enumerated() {
            for (place, value) in original.enumerated() where value.isNaN { rows[row][place] = value }
        }
        (rows[4][1], rows[5][1]) = (1, 500)
        let wanted: [UInt32] = [0x3eca0483, 0x3f313c01, 0x3e9c5bf3, 0x3f0a251a, 0x3eca0483, 0x3f29c513, 0x3eca0483]
        #expect(rows.map { Float(model.predict($0)).bitPattern } == wanted)
    }

    /// What is no tree, has no end, or counts wrongly is refused, and nothing is asked for in vain.
    @Test(arguments: [
        ("right_child=1 2 -4 -5", "right_child=1 0 -4 -5", "makes no tree"),
        ("left_child=-1 -2 3 -3", "left_child=-1 -1 3 -3", "makes no tree"),
        ("left_child=-1 -2 3 -3", "left_child=-1 -2 3 -9", "makes no tree"),
        ("left_child=-1 -2 3 -3", "left_child=-1 -2 99 -3", "makes no tree"),
        ("threshold=-0.42999999999999994", "threshold=nan", "is not one of"),
        ("leaf_value=0.03187282445181111", "leaf_value=inf", "is not one of"),
        ("leaf_value=0.03187282445181111", "leaf_value=1 0.03187282445181111", "is not one of"),
        ("num_leaves=5", "num_leaves=2000000000", "no count"), ("num_leaves=5", "num_leaves=-1", "no count"),
        ("num_leaves=5", "num_leaves=6", "where there must be"),
        ("split_feature=0 1", "split_feature=0 7", "not there"),
        ("decision_type=8 9", "decision_type=8 77", "not known"),
        ("cat_boundaries=0 2", "cat_boundaries=0 -2", "ascend"),
        ("cat_boundaries=0 2", "cat_boundaries=0 999", "where there must be"),
        ("threshold=-0.42999999999999994 0", "threshold=1 4", "categories"),
        ("is_linear=0", "is_linear=1", "linear trees"),
        ("end of trees", "Tree=", "num_leaves"), ("end of trees", "", "not whole"),
        ("end of trees", "end of trees\n[boosting: dart]", "\"dart\""), ("version=v4", "version=v9", "\"v9\""),
        ("objective=binary sigmoid:1", "objective=lambdarank", "\"lambdarank\""),
        ("objective=binary sigmoid:1", "objective=multiclass num_class:3", "\"multiclass"),
        ("objective=binary sigmoid:1", "other=1", "no objective"), ("num_class=1", "num_class=3", "several classes"),
        ("feature_names=a b c", "feature_names=", "feature_names"),
        ("num_tree_per", "average_output\nnum_tree_per", "\"rf\""),
    ]) func faultyLightGBMIsRefused(old: String, new: String, word: String) {
        Self.refuses(Self.lightGBM, old, new, word)
    }

    @Test(arguments: [
        ("\"left_children\":[1,3,5", "\"left_children\":[1,3,1", "makes no tree"),
        ("\"left_children\":[1,3,5", "\"left_children\":[0,3,5", "not there"),
        ("\"left_children\":[1,3,5", "\"left_children\":[-1,3,5", "one child"),
        ("\"left_children\":[1,3,5", "\"left_children\":[77,3,5", "not there"),
        ("\"left_children\":[1,3,5", "\"left_children\":[1,3", "where there must be"),
        ("\"split_conditions\":[0.54", "\"split_conditions\":[NaN", "no number"),
        ("-0.41317612", "Infinity", "no finite number"), ("\"split_indices\":[0", "\"split_indices\":[3", "not there"),
        ("\"categories_segments\":[0]", "\"categories_segments\":[9]", "outside"),
        ("\"categories_sizes\":[36]", "\"categories_sizes\":[9000000000000000000]", "outside"),
        ("\"categories\":[0,1", "\"categories\":[-1,1", "no category"),
        ("\"categories\":[0,1", "\"categories\":[16777216,1", "no category"),
        ("\"categories_nodes\":[2]", "\"categories_nodes\":[1]", "no categories"),
        ("\"gbtree\"", "\"dart\"", "\"dart\""), ("binary:logistic", "multi:softmax", "multi:softmax"),
        ("\"num_class\":\"0\"", "\"num_class\":\"3\"", "several"), ("[5.45E-1]", "[1]", "base_score"),
        ("[5.45E-1]", "much", "base_score"),
        ("\"num_feature\":\"3\",\"num_target\"", "\"num_feature\":\"2000000000\",\"num_target\"", "num_feature"),
        ("\"num_feature\":\"3\",\"num_target\"", "\"num_feature\":\"4\",\"num_target\"", "feature_names"),
        ("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"2\"", "several values"),
        ("learner\":", "learned\":", "learner"),
        ("{\"learner", "[\"learner", "no model"), ("{\"learner", "{{", "no JSON"),
    ]) func faultyXGBoostIsRefused(old: String, new: String, word: String) {
        Self.refuses(Self.xgboost.replacing("\n", with: ""), old, new, word)
    }

    private static func refuses(_ text: String, _ old: String, _ new: String, _ word: String) {
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        #expect {
            _ = try model(changed)
        } throws: {
            ($0 as? ModelFault)?.detail.contains(word) ?? false
        }
    }

    /// Whatever is changed in a file, it is read or refused, and what is read predicts.
    @Test(arguments: 1...2) func mutatedFilesAreReadOrRefused(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var read = 0
        for text in [Self.lightGBM, Self.xgboost] {
            for _ in 0..<300 {
                var bytes = Array(text.utf8)
                for _ in 0..<1 + numbers.below(3) {
                    let place = numbers.below(bytes.count)
                    switch numbers.below(3) {
                    case 0: bytes[place] = UInt8(ascii: "0") + UInt8(numbers.below(10))
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(numbers.one(of: Array("0123456789-, =[]{}\"".utf8)), at: place)
                    }
                }
                guard let model = try? Model(bytes) else { continue }
                read += 1
                for row in Self.rows { _ = model.predict(row + [Double](repeating: .nan, count: model.features.count)) }
            }
        }
        #expect(read > 50)
    }

    @Test func linearModelsAndScorecardsAddUp() throws {
        let linear = try Self.model(
            """
            { "model": "linear", "link": "logistic", "intercept": -1, "features": [
              { "name": "a", "coefficient": 0.5 }, { "name": "b", "coefficient": 2, "missing": 0.25 }] }
            """)
        #expect(linear.predict([2, .nan]) == 1 / (1 + 0.6065306597126334) && linear.predict([2, 0]) == 0.5)
        let card = try Self.model(
            """
            { "model": "scorecard", "base": 600, "features": [{ "name": "age", "missing": -5,
              "bins": [{ "below": 25, "points": -10 }, { "below": 40, "points": 0 }, { "points": 15 }] }] }
            """)
        #expect([24.9, 25, 39, 40, .nan].map { card.predict([$0]) } == [590, 600, 600, 615, 595])
        for text in [
            "{\"model\":\"linear\"}", "{\"model\":\"linear\",\"features\":[]}", "{\"model\":\"other\"}", "{}", "", "  ",
            "hello",
            "{\"model\":\"linear\",\"features\":[{\"name\":\"a\"}]}",
            "{\"model\":\"linear\",\"features\":[{\"name\":\"a\",\"coefficient\":1},{\"name\":\"a\",\"coefficient\":1}]}",
            "{\"model\":\"linear\",\"link\":\"probit\",\"features\":[{\"name\":\"a\",\"coefficient\":1}]}",
            "{\"model\":\"scorecard\",\"features\":[{\"name\":\"a\",\"bins\":[{\"below\":2,\"points\":1},{\"below\":1,\"points\":1},{\"points\":1}]}]}",
        ] {
            #expect(throws: ModelFault.self) { try Self.model(text) }
        }
    }

    /// The numbers are those of lifetimes 0.11.3, fitted to its CDNOW data: frequency, recency,
    /// age, value, then P(alive), the purchases of 90 days, their value. Times are in weeks.
    @Test func customerValuesAreThoseOfLifetimes() {
        let known: [[Double]] = [
            [2.0, 30.43, 38.86, 22.35, 0.726609136799059, 0.45244861368651657, 11.156756710247937],
            [1.0, 1.71, 38.86, 11.77, 0.2122273880722099, 0.07392167085548228, 1.3979681903349779],
            [0.0, 0.0, 38.86, 0.0, 1.0, 0.06907470192174638, 2.429426489973497],
            [0.0, 0.0, 38.86, 0.0, 1.0, 0.06907470192174638, 2.429426489973497],
            [0.0, 0.0, 38.57, 0.0, 1.0, 0.06952200786001364, 2.4451586880911242],
            [2.0, 14.29, 37.57, 41.48, 0.41341023926729076, 0.2648233696301923, 10.684025842260922],
            [3.0, 9.29, 34.57, 12.19, 0.15834842377447603, 0.1560834498714761, 2.360742716750515],
            [0.0, 0.0, 31.14, 0.0, 1.0, 0.08335666720845496, 2.93173752181435],
            [0.0, 0.0, 28.86, 0.0, 1.0, 0.08878109702743889, 3.122520154653955],
        ]
        for row in known {
            for (place, says) in CustomerValue.Says.allCases.enumerated() {
                var value = CustomerValue(
                    r: 0.24259292827982182, alpha: 4.413532265271819, a: 0.7928859664406882,
                    b: 2.42575238262586, horizon: 12.857142857142858, says: says)
                (value.p, value.q, value.v) = (6.248802496075312, 3.744588460923114, 15.44774806492914)
                let said = value.model.predict(Array(row[0..<4]))
                #expect((said - row[4 + place]).magnitude <= 1e-9 * row[4 + place].magnitude)
            }
        }
        let value = CustomerValue(r: 0.2, alpha: 4, a: 0.8, b: 2.4, horizon: 90, says: .purchases).model
        #expect(value.predict([.nan, 1, 2, 0]).isNaN && value.predict([-1, 1, 2, 0]).isNaN)
    }
}
