import Evidence
import Testing
import Wire

@testable import Sensor

@Suite struct `SMB messages out of order` {
  /// An SMB1 transaction with one setup word.
  private func transaction(
    _ command: UInt8, function: UInt16, multiplex: UInt16, isResponse: Bool = false
  ) -> [UInt8] {
    var octets: [UInt8] = [0xFF, 0x53, 0x4D, 0x42, command]
    octets += SMBOctets.little(isResponse ? 0xC000_0002 : 0, 4)
    octets += [isResponse ? 0x98 : 0x18] + SMBOctets.little(0xC007, 2)
    octets += [UInt8](repeating: 0, count: 12)
    octets += SMBOctets.little(1, 2) + SMBOctets.little(7, 2) + SMBOctets.little(2048, 2)
    octets += SMBOctets.little(UInt64(multiplex), 2)
    guard !isResponse else { return SMBOctets.framed(octets + [0, 0, 0]) }
    var words = [UInt8](repeating: 0, count: 26)
    words += [1, 0] + SMBOctets.little(UInt64(function), 2)
    return SMBOctets.framed(octets + [UInt8(words.count / 2)] + words + [0, 0])
  }

  private func anomalies(_ messages: [([UInt8], Side)]) -> [SMBAnomaly.Kind] {
    var talk = Talk(SMBExchange.self, port: 445)
    for (octets, side) in messages { talk.say(octets, from: side) }
    return talk.output.activities.compactMap { activity in
      guard case .smbAnomaly(let anomaly) = activity.detail else { return nil }
      return anomaly.kind
    }
  }

  @Test func `the reserved transaction is said, and the implant's answer to it`() {
    let asked = transaction(0x32, function: 0x000E, multiplex: 65)
    let refused = transaction(0x32, function: 0, multiplex: 65, isResponse: true)
    let implant = transaction(0x32, function: 0, multiplex: 81, isResponse: true)
    #expect(anomalies([(asked, .client), (refused, .server)]) == [.reservedTransaction])
    #expect(
      anomalies([(asked, .client), (implant, .server)]) == [.reservedTransaction, .implantAnswer])
  }

  @Test func `other transactions are in order`() {
    let asked = transaction(0x32, function: 5, multiplex: 65)
    let answered = transaction(0x32, function: 0, multiplex: 81, isResponse: true)
    #expect(anomalies([(asked, .client), (answered, .server)]).isEmpty)
  }

  @Test(arguments: [
    (UInt32(0xFFFF_FFFF), UInt32(0), UInt64?.some(0xFFFF_FFFF)),
    (64, 0xFFFF_FFFF, 0xFFFF_FFFF), (64, 101, 101), (64, 100, nil), (0xFF_FFFF, 0, nil),
  ])
  func `lengths of compression that no message has are found`(
    _ size: UInt32, _ offset: UInt32, _ bad: UInt64?
  ) throws {
    var octets: [UInt8] = [0xFC, 0x53, 0x4D, 0x42] + SMBOctets.little(UInt64(size), 4)
    octets += SMBOctets.little(1, 2) + SMBOctets.little(0, 2) + SMBOctets.little(UInt64(offset), 4)
    var reader = ByteReader(octets.span)
    let header = try SMB2.CompressionHeader(parsing: &reader)
    #expect(header.badLength(of: 100) == bad)
  }
}
