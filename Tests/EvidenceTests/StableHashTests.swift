import Evidence
import Testing

@Suite struct `Stable hash` {
  /// The first vectors of the reference implementation: key 00…0f, inputs of 0 and 1 octet.
  @Test func `agrees with the reference vectors of SipHash-2-4-128`() {
    let key0: UInt64 = 0x0706_0504_0302_0100
    let key1: UInt64 = 0x0f0e_0d0c_0b0a_0908
    let empty = StableHash(key0: key0, key1: key1).finish()
    #expect(empty.high.byteSwapped == 0xa3817f04_ba25a8e6)
    #expect(empty.low.byteSwapped == 0x6df67214_c7550293)
    var one = StableHash(key0: key0, key1: key1)
    one.add(0 as UInt8)
    let value = one.finish()
    #expect(value.high.byteSwapped == 0xda87c1d8_6b99af44)
    #expect(value.low.byteSwapped == 0x347659_119b22fc45)
  }

  @Test func `keeps the texts of a list apart`() {
    var left = StableHash()
    left.add("ab")
    left.add("c")
    var right = StableHash()
    right.add("a")
    right.add("bc")
    #expect(left.text() != right.text())
  }
}
