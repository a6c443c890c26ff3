import Posting
import Storage

// Requests come on standard input, and for each an answer goes to standard output, until the input ends. journeyd starts
// this program for a webhook; by hand there is nothing to be done with it.
System.ignoreBrokenPipes()
let poster = WebPoster()
while let frame = PostFrame.read(from: .standardInput), let request = PostRequest(frame) {
    guard await poster.post(request).frame.write(to: .standardOutput) else { break }
}
