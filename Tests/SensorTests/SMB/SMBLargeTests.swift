import Evidence
import Testing

@testable import Sensor

/// A message that says it is larger than any that is held, as a fuzzer made it: what is read of it must
/// not depend on the segments that it comes in.
@Suite struct `SMB messages that are too large to be held` {
  @Test func `say the same however they are cut`() {
    let message = Self.message + Array(repeating: 0, count: 2000)
    var said: [[String]] = []
    for cut in [4, 64, 168, 282, 564, 1027, 1028, 1500, message.count] {
      var talk = Talk(SMBExchange.self, port: 445)
      let first = talk.say(Array(message.prefix(cut)), from: .client)
      if cut < 1028 {
        #expect(first.consumed == 0 && talk.lines.isEmpty, "cut at \(cut)")
        talk.say(message, from: .client)
      } else {
        #expect(first.consumed == 4 + 0xFD_0130)
      }
      said.append(talk.lines)
    }
    #expect(said.allSatisfy { $0.count == 2 })
    let kinds = said.map { lines in lines.map { $0.contains("AUTHENTICATE") } }
    #expect(kinds.allSatisfy { $0 == kinds.first && $0.contains(true) })
  }

  /// A SESSION_SETUP with an AUTHENTICATE_MESSAGE, and a wrong length before it.
  private static let message: [UInt8] = {
    let text =
      "00fd0130fe534d4240000100000000000100002010000000000000000200000000000000000000000000"
      + "0000e128218700000000000000000000000000000000000000001900000101000000000000005800d801"
      + "0000000000000000a18201d4308201d0a28201b8048201b44e544c4d5353500003000000180018005800"
      + "00000e010e01700000000c000c007e010000120012008a010000080008009c01000010001000a4010000"
      + "15820862060100000000000f90754bd6f1718bc03455ce8c9d52a5980000000000000000000000000000"
      + "000000000000000000009aba89c99bc44f83413300e8e0efdb1101010000000000003ea8d2c96579dd01"
      + "2d9e6dc0e1fd8054000000000201000000000000060049004e0045000100060044004300310004001600"
      + "61006c00700069006e0065002e00740065007300740003001e026400630031002e0061006c0070006900"
      + "6e0065002e007400650073007400070008003ea8d2c96579dd0106000400020000000800300030000000"
      + "0000000000000000000000000a82c364d7807e707d511ae0c7024cae8f347a92dad2572d9b6eded46af5"
      + "00100a001000000000000000000000000000000000000900280063006900660073002f00640063003100"
      + "2e0061006c00700069006e0065002e0074006500730074000000000041004c00500049004e0045006400"
      + "2e0073007400650069006e00650072005700530030003300429fa6bb006878b03eedc695810ffe91a312"
      + "04100100000004bfe62a5d58c55a00000000"
    let digits = Array(text.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }()
}
