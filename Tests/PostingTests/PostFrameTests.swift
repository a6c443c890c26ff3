import Foundation
import Storage
import Testing

@testable import Posting

@Suite struct PostFrameTests {
    private static let request = PostRequest(
        url: "https://h.example/p?q=1", timeout: 10_000_000,
        headers: [("Content-Type", "application/json"), ("Authorization", "Bearer ñ")],
        body: (0..<300_000).map { UInt8(truncatingIfNeeded: $0) })

    /// What a frame's body is taken apart as, or nil.
    private func texts(_ body: [UInt8]) -> [[UInt8]]? { View.of(body) { PostFrame(body: $0) }?.texts }

    @Test func aFrameGivesBackItsTexts() {
        for texts: [[UInt8]] in [[], [[]], [[1, 2, 3], [], [0]], Self.request.frame.texts] {
            #expect(self.texts(Array(PostFrame(texts).encoded.dropFirst(4))) == texts)
        }
    }

    @Test func aFrameThatIsCutIsNone() {
        let body = Array(PostFrame([[1, 2, 3], [4]]).encoded.dropFirst(4))
        for count in 1..<body.count where count != 7 {
            #expect(texts(Array(body.prefix(count))) == nil, "\(count) of \(body.count) bytes")
        }
        #expect(texts([0xFF, 0xFF, 0xFF, 0x7F, 1]) == nil)
    }

    @Test func requestsAndAnswersComeThroughAFrame() throws {
        #expect(PostRequest(Self.request.frame) == Self.request)
        #expect(PostRequest(PostFrame([[], []])) == nil)
        for answer in [
            PostAnswer(), PostAnswer(status: 429, retryAfter: "3", excerpt: "später"),
            PostAnswer(failure: "cannot connect"),
        ] {
            #expect(PostAnswer(answer.frame) == answer)
        }
        #expect(PostAnswer(Self.request.frame) == nil)
    }

    @Test func framesAreReadOneBehindTheOther() throws {
        let path = FileManager.default.temporaryDirectory.path + "/journeyd-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try Descriptor(writing: path)
        let frames = [Self.request.frame, PostFrame([]), PostAnswer(status: 200).frame]
        for frame in frames { #expect(frame.write(to: file)) }
        try file.close()
        let reading = try Descriptor(reading: path)
        for frame in frames { #expect(PostFrame.read(from: reading) == frame) }
        #expect(PostFrame.read(from: reading) == nil)
    }

    @Test func nobodyWaitsBehindTheDeadline() throws {
        let (reading, writing) = try Descriptor.pipe(blocks: false)
        #expect(PostFrame.read(from: reading, before: System.steadyClock + 1000) == nil)
        #expect(!Self.request.frame.write(to: writing, before: System.steadyClock + 1000))
        // Nobody will read it: writing ends at once.
        try reading.close()
        System.ignoreBrokenPipes()
        #expect(!Self.request.frame.write(to: writing))
    }
}
