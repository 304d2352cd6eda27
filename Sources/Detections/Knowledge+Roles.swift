import Evidence

extension Knowledge {
  /// Whether the address is a controller's: its own evidence, or that of the computer it belongs to.
  ///
  /// A controller answers Kerberos at one of its addresses and replicates from another, often IPv6.
  func isControllerHost(_ address: Address, at moment: Instant) -> Bool {
    if isController(address) { return true }
    guard case .resolved(let claim) = computer(at: address, moment), claim.certainty > .low else {
      return false
    }
    if directory.computer(dnsHostName: claim.name)?.isController == true { return true }
    let label = claim.name.split(separator: ".").first.map(String.init) ?? claim.name
    if directory.entry(named: label + "$")?.isController == true { return true }
    let host = HostName(claim.name)
    return controllers.addresses.contains { other in
      guard case .resolved(let known) = computer(at: other, moment) else { return false }
      return known.certainty > .low && HostName(known.name) == host
    }
  }
}
