import Evidence

extension Knowledge {
  /// Whether the address is a controller's: its own evidence, or that of the computer it belongs to.
  ///
  /// A controller answers Kerberos at one of its addresses and replicates from another, often IPv6.
  func isControllerHost(_ address: Address, at moment: Instant) -> Bool {
    if isController(address) { return true }
    guard case .resolved(let claim) = computer(at: address, moment), claim.certainty > .low,
      // What a host says of itself without proof, or a relay repeats, makes no controller.
      ![.ntlmWorkstation, .netbios, .dhcp].contains(claim.method)
    else { return false }
    guard let name = ComputerName(claim.name) else { return false }
    if directory.computer(name)?.isController == true { return true }
    return names.homes(of: name).contains { other in
      guard isController(other), case .resolved(let known) = computer(at: other, moment) else {
        return false
      }
      return known.certainty > .low && ComputerName(known.name)?.isSame(as: name) == true
    }
  }
}

extension Knowledge {
  /// The computer that proved to be at an address, where it is another than the named one.
  ///
  /// Names that anybody may give, or that outlive a lease in DNS, prove nothing.
  func otherComputer(
    than name: ComputerName, at address: Address, _ moment: Instant
  ) -> NameClaim? {
    guard case .resolved(let claim) = computer(at: address, moment), claim.certainty > .low,
      [.machineLogon, .ntlmServer, .netlogonPing, .dnsUpdate, .hostAddress, .endpoint].contains(
        claim.method),
      let host = ComputerName(claim.name), !host.isSame(as: name)
    else { return nil }
    return claim
  }
}
