import Testing

@testable import Wire

@Suite struct `Tags, labels and tunnels` {
  /// A name for the test's report, and the octets around a packet or a frame.
  struct Wrapping: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var head: [UInt8]
    /// Whether the frame is inside rather than the packet.
    var carriesFrame = false

    init(_ name: String, _ head: [UInt8], carriesFrame: Bool = false) {
      testDescription = name
      self.head = head
      self.carriesFrame = carriesFrame
    }
  }

  static let wrappings = [
    Wrapping("plain", ethernet(0x0800)),
    Wrapping("802.1Q", ethernet(0x8100) + [0, 5, 8, 0]),
    Wrapping("QinQ", ethernet(0x88A8) + [0, 5, 0x81, 0, 0, 6, 8, 0]),
    Wrapping("SNAP", ethernet(60) + [0xAA, 0xAA, 3, 0, 0, 0, 8, 0]),
    Wrapping("MPLS", ethernet(0x8847) + [0, 1, 0, 64, 0, 1, 0x11, 64]),
    Wrapping(
      "MPLS pseudowire", ethernet(0x8847) + [0, 1, 0x11, 64, 0, 0, 0, 0], carriesFrame: true),
    Wrapping("MPLS pseudowire, bare", ethernet(0x8847) + [0, 1, 0x11, 64], carriesFrame: true),
    Wrapping("PPPoE", ethernet(0x8864) + [0x11, 0, 0, 1, 0, 50, 0, 0x21]),
    Wrapping("PPPoE, short number", ethernet(0x8864) + [0x11, 0, 0, 1, 0, 50, 0x21]),
    Wrapping("IP in IP", ethernet(0x0800) + ipv4(4)),
    Wrapping("IPv4 in IPv6", ethernet(0x86DD) + ipv6(4)),
    Wrapping("GRE", ethernet(0x0800) + ipv4(47) + [0, 0, 8, 0]),
    Wrapping(
      "GRE with all fields", ethernet(0x0800) + ipv4(47) + [0xB0, 0, 8, 0] + zeros(12)),
    Wrapping(
      "GRE, Ethernet", ethernet(0x0800) + ipv4(47) + [0, 0, 0x65, 0x58], carriesFrame: true),
    Wrapping(
      "PPTP",
      ethernet(0x0800) + ipv4(47) + [0x30, 0x81, 0x88, 0x0B] + zeros(12) + [
        0xFF, 3, 0, 0x21,
      ]),
    Wrapping("ERSPAN I", ethernet(0x0800) + ipv4(47) + [0, 0, 0x88, 0xBE], carriesFrame: true),
    Wrapping(
      "ERSPAN II", ethernet(0x0800) + ipv4(47) + [0x10, 0, 0x88, 0xBE, 0, 0, 0, 1] + zeros(8),
      carriesFrame: true),
    Wrapping(
      "ERSPAN III", ethernet(0x0800) + ipv4(47) + [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1] + zeros(12),
      carriesFrame: true),
    Wrapping(
      "ERSPAN III with a subheader",
      ethernet(0x0800) + ipv4(47) + [0x10, 0, 0x22, 0xEB, 0, 0, 0, 1] + zeros(11) + [1] + zeros(8),
      carriesFrame: true),
    Wrapping("EtherIP", ethernet(0x0800) + ipv4(97) + [0x30, 0], carriesFrame: true),
    Wrapping("AH", ethernet(0x0800) + ipv4(51) + [4, 4] + zeros(22)),
    Wrapping(
      "VXLAN", ethernet(0x0800) + ipv4(17) + udp(4789) + [8, 0, 0, 0, 0, 0, 1, 0],
      carriesFrame: true),
    Wrapping(
      "VXLAN on its old port", ethernet(0x86DD) + ipv6(17) + udp(8472) + [8, 0, 0, 0, 0, 0, 1, 0],
      carriesFrame: true),
    Wrapping(
      "GENEVE with options",
      ethernet(0x0800) + ipv4(17) + udp(6081) + [2, 0, 0x65, 0x58, 0, 0, 1, 0] + zeros(8),
      carriesFrame: true),
    Wrapping("GTP-U", ethernet(0x0800) + ipv4(17) + udp(2152) + [0x30, 0xFF, 0, 48, 0, 0, 0, 1]),
    Wrapping(
      "GTP-U with an extension",
      ethernet(0x0800) + ipv4(17) + udp(2152) + [0x34, 0xFF, 0, 56, 0, 0, 0, 1, 0, 0, 0, 0x85]
        + [1, 0, 0, 0]),
  ]

  @Test(arguments: wrappings) func `give the innermost packet`(_ wrapping: Wrapping) throws {
    let frame = wrapping.head + (wrapping.carriesFrame ? Self.ethernet(0x0800) : []) + Self.inner
    let headers = try PacketHeaders(parsing: frame.span, .ethernet)
    #expect(headers.sourceLow == 0xFFFF_0A00_0001)
    #expect(headers.targetLow == 0xFFFF_0A00_0002)
    #expect(headers.sourcePort == 50_000)
    #expect(headers.targetPort == 88)
    #expect(headers.payloadOffset == frame.count - 4)
    #expect(headers.payloadCount == 4)
  }

  @Test(arguments: wrappings) func `are truncated, never trapped, at any cut`(
    _ wrapping: Wrapping
  ) {
    let frame = wrapping.head + (wrapping.carriesFrame ? Self.ethernet(0x0800) : []) + Self.inner
    for count in 0..<frame.count {
      let headers = try? PacketHeaders(parsing: frame.span.extracting(0..<count), .ethernet)
      #expect((headers?.payloadOffset ?? 0) <= count)
    }
  }

  @Test func `of a client that has the port by chance are its datagrams`() throws {
    let frame = Self.ethernet(0x0800) + Self.ipv4(17) + Self.udp(4789) + [1, 2, 3, 4]
    let headers = try PacketHeaders(parsing: frame.span, .ethernet)
    #expect(headers.targetPort == 4789)
    #expect(headers.payloadOffset == frame.count - 4)
  }

  @Test func `are refused beyond sixteen layers`() {
    var frame = Self.ethernet(0x8100)
    for _ in 0..<17 { frame += [0, 1, 0x81, 0] }
    #expect(refusal(of: frame)?.reason == .overLimit)
  }

  @Test func `sealed by ESP stay closed`() {
    let frame = Self.ethernet(0x0800) + Self.ipv4(50) + Self.inner
    #expect(refusal(of: frame)?.reason == .unsupported)
  }

  private func refusal(of frame: [UInt8]) -> ParseFailure? {
    do {
      _ = try PacketHeaders(parsing: frame.span, .ethernet)
      return nil
    } catch {
      return error
    }
  }

  private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

  private static func ethernet(_ type: UInt16) -> [UInt8] {
    [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, UInt8(type >> 8), UInt8(type & 0xFF)]
  }

  private static func ipv4(_ next: UInt8) -> [UInt8] {
    [0x45, 0, 1, 0, 0, 0, 0, 0, 64, next, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]
  }

  private static func ipv6(_ next: UInt8) -> [UInt8] {
    [0x60, 0, 0, 0, 1, 0, next, 64] + zeros(15) + [1] + zeros(15) + [2]
  }

  private static func udp(_ port: UInt16) -> [UInt8] {
    [0xC3, 0x50, UInt8(port >> 8), UInt8(port & 0xFF), 0, 200, 0, 0]
  }

  /// IPv4 with TCP from port 50000 to 88, and four octets.
  private static let inner: [UInt8] =
    [0x45, 0, 0, 44, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
    + [0xC3, 0x50, 0, 88, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x18, 1, 0, 0, 0, 0, 0]
    + [1, 2, 3, 4]
}
