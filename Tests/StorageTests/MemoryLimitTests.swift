import Foundation
import Storage
import Testing

@Suite struct MemoryLimitTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("groups-" + UUID().uuidString)

    private func write(_ files: [String: String]) throws {
        for (name, text) in files {
            let url = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }

    private func groups() -> [ControlGroup] {
        ControlGroup.all(process: folder.path + "/self", root: folder.path + "/root")
    }

    @Test func whatIsLeftOfAGroupCountsWhatFilesTakeOnlyForSpeed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write([
            "self": "0::/shop/journeyd\n", "root/shop/journeyd/memory.max": "104857600\n",
            "root/shop/journeyd/memory.current": "94371840\n",
            "root/shop/journeyd/memory.stat":
                "anon 80000000\nfile 9000000\nshmem 0\ninactive_anon 7\ninactive_file 4000000\nactive_file 3000000\n",
            "root/shop/memory.max": "max\n", "root/shop/memory.current": "1\n", "root/shop/memory.stat": "anon 1\n",
            "root/memory.max": "209715200\n", "root/memory.current": "100\n", "root/memory.stat": "anon 100\n",
        ])
        let found = groups()
        #expect(found.map(\.limit) == [104_857_600, 209_715_200])
        #expect(found.map { $0.left() } == [104_857_600 - 94_371_840 + 7_000_000, 209_715_100])
        try write(["root/shop/journeyd/memory.current": "104857600\n"])
        #expect(groups().first?.left() == 7_000_000)
    }

    @Test func groupsOfTheFirstVersionAreKnownToo() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write([
            "self": "5:cpu,cpuacct:/x\n4:memory:/x\n0::/\n", "root/memory/x/memory.limit_in_bytes": "50000000\n",
            "root/memory/x/memory.usage_in_bytes": "49000000\n",
            "root/memory/x/memory.stat": "inactive_file 1\ntotal_inactive_file 100\ntotal_active_file 20\n",
            "root/memory/memory.limit_in_bytes": "9223372036854771712\n",
        ])
        #expect(groups().map { $0.left() } == [1_000_120])
    }

    @Test func whereNothingIsLimitedThereIsNoGroup() throws {
        #expect(groups().isEmpty)
    }
}
