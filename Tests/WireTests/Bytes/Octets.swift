/// The octets that a text of hexadecimal digits writes; spaces and line ends are passed over.
func octets(_ text: String) -> [UInt8] {
  var octets: [UInt8] = []
  var high: UInt8?
  for character in text {
    guard let digit = character.hexDigitValue else { continue }
    if let first = high {
      octets.append(first << 4 | UInt8(digit))
      high = nil
    } else {
      high = UInt8(digit)
    }
  }
  return octets
}
