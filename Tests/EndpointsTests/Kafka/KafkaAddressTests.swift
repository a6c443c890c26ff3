import Storage
import Testing

@testable import Endpoints

/// Topics as they are named, and the partitions of keys.
@Suite struct KafkaAddressTests {
    @Test func readsBrokersTopicGroupAndInstance() throws {
        let address = try KafkaAddress("kafka://b1:9092,[::1]:9093/events?group=g-1&instance=one", isInput: true)
        #expect(address.brokers == ["b1:9092", "[::1]:9093"])
        #expect(address.bootstrap == "b1:9092,[::1]:9093")
        #expect(address.topic == "events" && address.group == "g-1" && address.instance == "one")
        #expect(address.controlTopic == "events-g-1-journeyd")
        #expect(try KafkaAddress("kafka://b:1/t", isInput: false).group == nil)
        #expect(try InputAddress("kafka://b:1/t?group=g").isLive)
    }

    @Test(
        arguments: [
            ("kafka:b:1/t", true, "is no address of a topic"), ("kafka://b:1", true, "names no topic"),
            ("kafka://b:1/?group=g", true, "names no topic"), ("kafka://b/t?group=g", true, "has the broker \"b\""),
            ("kafka://b:0/t?group=g", true, "no port from 1"), ("kafka:///t?group=g", true, "has the broker \"\""),
            ("kafka://b:1/t", true, "names no group"), ("kafka://b:1/t?groop=g", true, "has \"groop=g\""),
            ("kafka://b:1/t?group=g&group=h", true, "has \"group\" twice"),
            ("kafka://b:1/t?group=g", false, "which only inputs have"),
            ("kafka://b:1/a b", false, "has the topic \"a b\""), ("kafka://b:1/..", false, "has the topic \"..\""),
        ])
    func saysWhatIsWrong(_ text: String, _ isInput: Bool, _ words: String) {
        do throws(KafkaAddress.Fault) {
            _ = try KafkaAddress(text, isInput: isInput)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.words.contains(words), "\(error.words)")
        }
    }

    /// The values are those of Kafka's own tests of its Java client.
    @Test(
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func hashesAsJavaDoes(_ key: String, _ hash: Int32) {
        #expect(View.of(Array(key.utf8)) { Partitioner.murmur2($0) } == UInt32(bitPattern: hash))
        let partition = View.of(Array(key.utf8)) { Partitioner.murmur2.partition(of: $0, among: 7) }
        #expect(partition == Int(UInt32(bitPattern: hash) & 0x7FFF_FFFF) % 7)
    }

    /// The check value of CRC-32, and its value of nothing.
    @Test func sumsAsZlibDoes() {
        #expect(View.of(Array("123456789".utf8)) { Partitioner.crc32($0) } == 0xCBF4_3926)
        #expect(Partitioner.crc32(View()) == 0)
        #expect(View.of(Array("123456789".utf8)) { Partitioner.crc32.partition(of: $0, among: 10) } == 2)
    }
}
