import Testing

@testable import Monitor

@Suite struct `Names of captures` {
  @Test func `are those of their files`() {
    #expect(names(["/data/a.pcap", "/data/b.pcap"]) == ["a.pcap", "b.pcap"])
  }

  @Test func `are as long as it takes to tell them apart`() {
    let paths = ["x/dcsync/capture.pcapng", "x/spray/capture.pcapng", "other.pcap"]
    #expect(names(paths) == ["dcsync/capture.pcapng", "spray/capture.pcapng", "other.pcap"])
  }

  @Test func `end where no more of a path would help`() {
    #expect(names(["./a.pcap", "./a.pcap"]) == ["./a.pcap", "./a.pcap"])
  }

  @Test func `name standard input`() { #expect(names(["-"]) == ["-"]) }

  private func names(_ paths: [String]) -> [String] {
    CaptureNames.shortest(paths).map(\.name)
  }
}
