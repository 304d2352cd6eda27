import Evidence
import Testing

@Suite struct `Addresses` {
  @Test(arguments: [
    "10.0.5.66", "255.255.255.255", "fe80::1", "2001:db8::8:800:200c:417a", "::", "::1",
    "2001:db8:0:1:1:1:1:1",
  ])
  func `come back from their own text`(_ text: String) {
    #expect(Address(text)?.description == text)
  }

  @Test func `are one, whether mapped into IPv6 or not`() {
    #expect(Address("::ffff:10.0.0.1") == Address("10.0.0.1"))
  }

  @Test func `lose their zone`() { #expect(Address("fe80::1%eth0") == Address("fe80::1")) }

  @Test(arguments: ["10.0.0", "10.0.0.256", "1:2:3", "::1::", "host", "1:2:3:4:5:6:7:8:9", ""])
  func `are refused when they are none`(_ text: String) { #expect(Address(text) == nil) }
}
