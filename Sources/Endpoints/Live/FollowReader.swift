package import Events
import Storage
import Telemetry

/// Reads a followed file until a stop is requested. Its calls block: it belongs on a thread of its own.
package struct FollowReader: PieceReader, ~Copyable {
    /// How often the file is looked at although nothing is told of it, in milliseconds.
    private static let pause: Int32 = 250
    /// How long nothing must come of a file that was replaced before its last line, without an end, is taken for one; and
    /// before it is looked at no longer. In microseconds.
    private static let restTime: Int64 = 5_000_000
    private static let lingeringTime: Int64 = 60_000_000
    /// How many files that were replaced are looked at, at most.
    static let lingeringMost = 8
    /// How many files that had the name in between are read, at most.
    static let missedMost = 16
    /// How many files are open at most besides the one that has the name: those, and what they are looked for in.
    package static let heldMost = lingeringMost + missedMost + 2
    /// Of how many files that are not looked at any more the place is kept.
    private static let placesMost = 64
    /// Of how many files that were there before is known when they were written to.
    private static let olderMost = 4096

    private let file: FollowedFile
    private let stop: StopSignal
    private let watch: FileWatch?
    private let lineLimit: Int
    private let format: InputFormat
    private let table: TableSettings?
    /// Whether another run reads on where this one ends.
    private let goesOn: Bool
    /// The files that are read, oldest first; the last one has the name, or had it last.
    private var files: [FollowedGrowth] = []
    /// Whose turn it is, and whether anything came since the first had its.
    private var turn = 0
    private var hasGrown = false
    /// How far files were read that are not looked at any more, in the order in which they had the name.
    private var places: [FollowedPlace]
    /// Files that were there before, and when they were last written to.
    private var older: [(file: Descriptor.Identity, modified: Int64)] = []
    private var hasBegun = false
    private var hasEnded = false

    /// A reader of `file` that ends when `stop` is requested.
    /// - Parameters:
    ///   - places: how far an earlier run read the files that had the name, in their order.
    ///   - goesOn: whether a later run can read on.
    ///   - table: how each file is read that is a table with its own header; nil where they have lines.
    package init(
        _ file: FollowedFile, behind places: [FollowedPlace] = [], goesOn: Bool = false, stop: StopSignal,
        lineLimit: Int, format: InputFormat = .standard, table: TableSettings? = nil
    ) {
        self.file = file
        self.format = format
        self.table = table
        // In the order in which they were read last: what has the name now is mostly the last one.
        self.places = places.sorted { $0.modified < $1.modified }.suffix(FollowReader.placesMost)
        self.goesOn = goesOn
        self.stop = stop
        self.lineLimit = lineLimit
        watch = try? FileWatch()
        watch?.folder(file.folder)
    }

    /// Blocks until there are whole lines; nil after a stop.
    package mutating func next() throws(EndpointFault) -> InputReader.Piece? {
        if !hasBegun { begin() }
        while !hasEnded {
            if stop.isRequested {
                hasEnded = true
            } else if let piece = try readSome() {
                return piece
            } else if look() {
                continue
            } else if let piece = evict() {
                return piece
            } else {
                pause()
            }
        }
        return goesOn ? nil : lastRest()
    }

    // MARK: Reading

    /// Reads each file once to its end; one that was replaced is read once a turn, once its end was come to.
    private mutating func readSome() throws(EndpointFault) -> InputReader.Piece? {
        while true {
            guard turn < files.count else {
                turn = 0
                if !hasGrown { return nil }
                hasGrown = false
                continue
            }
            let growth = files[turn]
            let read: FollowedGrowth.Read
            do throws(SystemError) { read = try growth.read() } catch {
                throw EndpointFault(.readingFailed, "\(file.path): reading failed: \(error)")
            }
            tellLeading(of: growth)
            switch read {
            case .lines(let piece):
                grow(growth)
                return piece
            case .some: grow(growth)
            case .nothing:
                growth.isLingering = turn < files.count - 1
                turn += 1
            case .emptied: takeEmptied(turn)
            }
        }
    }

    private mutating func grow(_ growth: FollowedGrowth) {
        hasGrown = true
        if growth.isLingering { turn += 1 }
    }

    private func tellLeading(of growth: FollowedGrowth) {
        let count = growth.takeLeadingCount()
        if count == 0 { return }
        file.counts.empty.add(count)
        file.log.warn(
            "NUL bytes at the beginning of a followed file were passed over; let its writer open it for appending",
            ["file": .text(file.path), "bytes": LogValue(count)])
    }

    /// Begins an emptied file anew; what was not read of it is read in its copy, if there is one.
    private mutating func takeEmptied(_ index: Int) {
        let growth = files[index]
        let emptied = opened(growth.descriptor, from: InputStart())
        emptied.watched = growth.watched
        growth.watched = -1
        file.counts.rotations.add()
        let copies =
            growth.isCopy
            ? [] : file.rotated().filter { sibling in sibling.opened.map { growth.isRead(in: $0) } ?? false }
        remember(copies)
        var behind = index
        if let copy = copies.first(where: { $0.size > growth.offset }), let opened = copy.opened {
            file.log.info(
                "followed file was emptied; reading on in its copy first",
                ["file": .text(file.path), "copy": .text(copy.name)])
            growth.goOn(in: opened)
            behind += 1
            files.insert(emptied, at: behind)
        } else {
            file.log.info("followed file was emptied; reading it from its beginning", ["file": .text(file.path)])
            lose(growth)
            files[index] = emptied
        }
        guard let copy = copies.first?.opened else { return }
        // It may have been copied and emptied more than once.
        let missed = missed(since: growth.modified, beside: [copy.beginning, emptied.descriptor.beginning])
        files.insert(contentsOf: missed.map { self.opened($0, from: InputStart()) }, at: behind)
    }

    // MARK: Coming

    /// Finds the files that an earlier run read, wherever they are in the folder, and the one that has the name.
    private mutating func begin() {
        hasBegun = true
        let current = tryToOpen()
        let latest = places.last
        if let latest { findAgain(latest, current) }
        if let current, !hasFile(current.identity) { arrive(current, since: latest?.modified) }
        let known = Set(files.map(\.identity))
        remember(file.rotated().filter { !known.contains($0.identity) })
    }

    /// Notes files that are not to be taken for new ones as long as nothing is written to them.
    private mutating func remember(_ files: [FollowedFile.Sibling]) {
        older += files.map { ($0.identity, $0.modified) }
        older.removeFirst(max(0, older.count - FollowReader.olderMost))
    }

    private mutating func findAgain(_ latest: FollowedPlace, _ current: Descriptor?) {
        let found = file.files(among: Set(places.compactMap { $0.file?.inode }))
        var named: FollowedGrowth?
        for place in places.suffix(FollowReader.lingeringMost) {
            if let current,
                place.isAbout(current) || place.file == nil && place.mark.fits(current, before: place.start.offset)
            {
                named = opened(current, at: place)
                drop(place)
            } else if let other = found.first(where: { sibling in sibling.opened.map { place.isAbout($0) } ?? false }),
                other.identity != current?.identity, !hasFile(other.identity), let file = other.opened
            {
                if place.file == latest.file {
                    self.file.log.info(
                        "followed file was renamed since it was last read; reading on in it first",
                        ["file": .text(self.file.path), "name": .text(other.name)])
                }
                add(opened(file, at: place))
                drop(place)
            }
        }
        for place in places where place.file == latest.file || place.file == current?.identity { miss(place) }
        // The one that has the name is the last one, whenever it had it first.
        if let named { add(named) }
    }

    /// Says that the file that was read last is not there any more, or reads on in its copy.
    private mutating func miss(_ latest: FollowedPlace) {
        drop(latest)
        let copies = file.rotated().filter { sibling in sibling.opened.map { latest.isRead(in: $0) } ?? false }
        remember(copies)
        if let copy = copies.first(where: { $0.size > latest.start.offset }), let file = copy.opened {
            self.file.log.info(
                "followed file was emptied or removed since it was last read; reading on in its copy first",
                ["file": .text(self.file.path), "copy": .text(copy.name)])
            add(opened(file, from: latest.start))
            return
        }
        file.log.warn(
            "followed file was emptied or removed since it was last read; what came behind that, if anything, cannot be read",
            ["file": .text(file.path), "bytes_read": LogValue(latest.start.offset)])
    }

    private mutating func drop(_ place: FollowedPlace) { places.removeAll { $0.file == place.file } }

    /// Looks whether another file has the name now; whether there is anything new to be read.
    private mutating func look() -> Bool {
        guard let found = tryToOpen() else { return false }
        if let last = files.last, !last.isCopy, last.identity == found.identity {
            last.modified = found.modified
            return false
        }
        if let index = files.firstIndex(where: { !$0.isCopy && $0.identity == found.identity }) {
            // It has its name again.
            files.append(files.remove(at: index))
        } else if let index = places.firstIndex(where: { $0.isAbout(found) }) {
            add(opened(found, at: places.remove(at: index)))
        } else {
            arrive(found)
        }
        turn = 0
        return true
    }

    /// Takes a file that has the name now, and before it those that had it in between.
    /// - Parameter since: when it was last known which file had the name, if the one that had it is not read.
    private mutating func arrive(_ found: Descriptor, since: Int64? = nil) {
        let before = files.last
        if let since = before?.modified ?? since {
            file.counts.rotations.add()
            file.log.info("followed file was replaced; reading the new one", ["file": .text(file.path)])
            for missed in missed(since: since, beside: [before?.descriptor.beginning ?? [], found.beginning]) {
                add(opened(missed, from: InputStart()))
            }
        }
        add(opened(found, from: InputStart()))
    }

    private func tell(_ name: String) {
        file.counts.rotations.add()
        file.log.info(
            "another file had the name meanwhile; reading it first",
            ["file": .text(file.path), "name": .text(name)])
    }

    /// The rotated files that had the name after one and before another: written to since, and not known before.
    /// - Parameter beginnings: the first bytes of files that are read anyway, of which there may be copies.
    private func missed(since modified: Int64, beside beginnings: [[UInt8]]) -> [Descriptor] {
        let beginnings = beginnings.filter { !$0.isEmpty }
        let found = file.rotated().filter { sibling in
            guard sibling.modified >= modified, sibling.size > 0, !hasFile(sibling.identity),
                !older.contains(where: { $0.file == sibling.identity && $0.modified == sibling.modified }),
                let opened = sibling.opened
            else { return false }
            return !places.contains { $0.isAbout(opened) }
                && !beginnings.contains { opened.beginning.starts(with: $0) }
        }
        for lost in found.dropLast(FollowReader.missedMost) { lose(lost.size) }
        return found.suffix(FollowReader.missedMost).compactMap { sibling in
            tell(sibling.name)
            return sibling.opened
        }
    }

    private func hasFile(_ identity: Descriptor.Identity?) -> Bool { files.contains { $0.identity == identity } }

    private func opened(_ descriptor: Descriptor, at place: FollowedPlace) -> FollowedGrowth {
        let growth = opened(descriptor, from: place.start)
        growth.modified = min(growth.modified, place.modified)
        return growth
    }

    private func opened(_ descriptor: Descriptor, from start: InputStart) -> FollowedGrowth {
        FollowedGrowth(
            descriptor, path: file.path, format: format, table: table, from: start, lineLimit: lineLimit)
    }

    private mutating func add(_ growth: FollowedGrowth) {
        files.last?.lastGrowth = System.steadyClock
        if let watch { growth.watched = watch.file("/proc/self/fd/\(growth.descriptor.number)") }
        files.append(growth)
    }

    private func tryToOpen() -> Descriptor? {
        do throws(EndpointFault) {
            return try file.opened()
        } catch {
            file.log.tell(.warn, "followed file cannot be opened", ["error": .text("\(error)")], per: "follow")
            return nil
        }
    }

    // MARK: Going

    /// Lets go of files that were replaced and of which nothing has come for long; their last line, where it has no end, is
    /// one then. All files have been read to their ends.
    private mutating func evict() -> InputReader.Piece? {
        var index = 0
        let now = System.steadyClock
        while index < files.count - 1 {
            let (growth, quiet) = (files[index], now - files[index].lastGrowth)
            let isOver =
                growth.isCopy || quiet > FollowReader.lingeringTime || files.count - 1 > FollowReader.lingeringMost
            let isNextBegun = files.last.map { $0.offset > 0 } ?? false
            if !growth.isCopy, isOver || quiet > FollowReader.restTime && isNextBegun, let rest = growth.rest() {
                return rest
            }
            if isOver { close(index) } else { index += 1 }
        }
        return nil
    }

    private mutating func close(_ index: Int) {
        let growth = files.remove(at: index)
        if let watch, growth.watched >= 0 { watch.stop(growth.watched) }
        lose(growth)
        if growth.isCopy { return }
        places.append(growth.place)
        if places.count > FollowReader.placesMost { places.removeFirst() }
    }

    /// The last lines, without an end, of files that were replaced, where no other run comes to them.
    private mutating func lastRest() -> InputReader.Piece? {
        guard let last = files.last, last.offset > 0 else { return nil }
        for growth in files.dropLast() {
            if let rest = growth.rest() { return rest }
        }
        return nil
    }

    private func lose(_ growth: FollowedGrowth) {
        if growth.hasUnfinishedLine { file.counts.unfinished.add() }
        lose(growth.lostCount)
    }

    private func lose(_ count: UInt64) {
        if count == 0 { return }
        file.counts.lost.add(count)
        file.log.warn(
            "what stood in a followed file cannot be read any more",
            ["file": .text(file.path), "bytes": LogValue(count)])
    }

    private func pause() {
        guard let watch else {
            _ = stop.descriptor.waitToRead(or: stop.descriptor, milliseconds: FollowReader.pause)
            return
        }
        if watch.descriptor.waitToRead(or: stop.descriptor, milliseconds: FollowReader.pause) == .ready {
            watch.clear()
        }
    }
}

extension Descriptor {
    /// The first bytes of a file.
    fileprivate var beginning: [UInt8] {
        let block = ByteBlock(capacity: PlaceMark.bytesMost)
        _ = block.read(from: number, at: 0, most: PlaceMark.bytesMost)
        return block.bytes.copied
    }
}
