import Evidence
import Testing

@testable import Sensor

/// Messages with octets changed, cut out, doubled and put in: nothing may trap, whatever comes out.
@Suite struct `Changed tokens and messages` {
  private typealias Octets = TokenOctets

  @Test(arguments: 0..<8)
  func `are read or refused, and never trap`(_ seed: Int) {
    var random = Generator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
    let messages = Self.messages
    for round in 0..<600 {
      var octets = messages[round % messages.count]
      for _ in 0...random.below(3) { random.change(&octets) }
      feed(octets)
    }
  }

  private static let messages: [[UInt8]] = [
    Octets.asRequest("alice", nonce: 1, timestamp: true),
    Octets.tgsRequest("cifs/fs1", nonce: 2, presenting: Octets.ticket("krbtgt/ALPINE.TEST", of: 9)),
    Octets.reply(11, "alice", Octets.ticket("krbtgt/ALPINE.TEST", of: 9)),
    Octets.error(25, "krbtgt/ALPINE.TEST"),
    Octets.apRequest(Octets.ticket("cifs/fs1", of: 4)), Octets.apReply(),
    Octets.challenge(), Octets.authenticate("alice"),
    Octets.der(
      0x60, [6, 6, 0x2B, 6, 1, 5, 5, 2],
      Octets.der(0xA0, Octets.der(0x30, Octets.der(0xA2, Octets.der(4, Octets.challenge()))))),
  ]

  /// Shows octets to everything that reads tokens and messages.
  private func feed(_ octets: [UInt8]) {
    var output = Output(wantsLines: true, wantsActivities: true)
    let moment = TestConversation.moment(1)
    let framed = Octets.streamed(octets)
    let password = [0, UInt8(truncatingIfNeeded: octets.count + 6), 0, 1, 0, 40] + octets
    for (exchange, octets) in [
      (KerberosExchange(TestConversation.parties(.udp)), octets),
      (KerberosExchange(TestConversation.parties(.tcp)), framed),
      (PasswordExchange(TestConversation.parties(.udp)), password),
      (HTTPExchange(TestConversation.parties(.tcp)), octets),
      (TDSExchange(TestConversation.parties(.tcp)), octets),
    ] as [(any Exchange, [UInt8])] {
      for side in [Side.client, .server] {
        _ = exchange.take(octets.span, from: side, at: moment, into: &output)
      }
      exchange.end(into: &output)
    }
    var tokens = SecurityTokens(carrier: .smb2)
    for side in [Side.client, .server] {
      tokens.take(
        octets.span, TestConversation.parties(.tcp), from: side, at: moment, into: &output)
    }
    tokens.finish(.success, TestConversation.parties(.tcp), at: moment, into: &output)
  }

  /// The same numbers in every run (xorshift64*).
  private struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % max(1, bound) }

    mutating func change(_ octets: inout [UInt8]) {
      guard !octets.isEmpty else { return }
      let index = below(octets.count)
      switch below(6) {
      case 0: octets[index] ^= 1 << UInt8(below(8))
      case 1: octets[index] = [0, 0x30, 0x7F, 0x80, 0x84, 0xFF][below(6)]
      case 2: octets.removeSubrange(index..<min(octets.count, index + below(20)))
      case 3: octets.insert(contentsOf: octets.suffix(below(20)), at: index)
      case 4: octets.removeLast(min(octets.count, below(40)))
      default: octets[index] = UInt8(below(256))
      }
    }
  }
}
