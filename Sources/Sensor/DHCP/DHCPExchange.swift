import Evidence
import Wire

/// Addresses that computers ask for and get, with the names that they give (RFC 2131).
///
/// Questions go to everybody and answers come from elsewhere, so that each is a conversation of its
/// own: an announcement is said for each message that has a name and an address.
final class DHCPExchange: Exchange {
  static let tcpPorts: [UInt16] = []
  static let udpPorts: [UInt16] = [67, 68]

  private let parties: Parties

  init(_ parties: Parties) { self.parties = parties }

  static func recognises(
    _ bytes: Span<UInt8>, _ transport: Activity.Transport, isOnPort: Bool
  ) -> Bool {
    guard transport == .udp, isOnPort, bytes.count >= 240 else { return false }
    return bytes[236] == 0x63 && bytes[237] == 0x82 && bytes[238] == 0x53 && bytes[239] == 0x63
  }

  func take(
    _ bytes: Span<UInt8>, from side: Side, at moment: Moment, into output: inout Output
  ) -> Progress {
    do {
      var reader = ByteReader(bytes)
      let message = try DHCP.Message(parsing: &reader)
      output.coverage[.dhcpMessages] += 1
      if let failure = message.failure { output.undecoded(failure) }
      if output.wantsLines { output.line(message, parties, from: side, at: moment) }
      if output.wantsActivities, let activity = activity(message, from: side, at: moment) {
        output.add(activity)
      }
    } catch {
      output.undecoded(error)
    }
    return Progress(consumed: bytes.count)
  }

  func lost(_ side: Side, at moment: Moment, into output: inout Output) {}

  func end(into output: inout Output) {}

  private func activity(
    _ message: DHCP.Message, from side: Side, at moment: Moment
  ) -> Activity? {
    guard let name = message.name, let address = message.claimedAddress, address != 0 else {
      return nil
    }
    let (source, target) = parties.route(from: side)
    var announcement = NameAnnouncement(
      method: .dhcp, name: name, address: Address(ipv4: address))
    announcement.isGranted = message.kind == .acknowledgment
    announcement.lifetimeSeconds = message.leaseSeconds
    announcement.hardwareAddress = message.hardwareAddress
    announcement.vendorClass = message.vendorClass
    // A client without an address asks from 0.0.0.0: what it asks for says who it is.
    let isFromClient = message.operation == 1
    let client = Endpoint(
      address: announcement.address, port: isFromClient ? source.port : target.port)
    return Activity(
      time: moment.time, end: moment.time, source: client,
      target: isFromClient ? target : source, transport: .udp, outcome: .success,
      proof: Activity.Proof(capture: moment.capture, request: moment.packet),
      detail: .nameAnnouncement(announcement))
  }
}

extension DHCP.Message {
  /// The name, as full as the client gives it.
  fileprivate var name: String? {
    if let fullName, !fullName.isEmpty { return fullName }
    guard let hostName, !hostName.isEmpty else { return nil }
    return hostName
  }

  /// The address that belongs to the name: the one that is granted, or the one that is asked for.
  fileprivate var claimedAddress: UInt32? {
    switch kind {
    case .some(.acknowledgment): yourAddress != 0 ? yourAddress : clientAddress
    case .some(.request): clientAddress != 0 ? clientAddress : requestedAddress
    case .some(.inform): clientAddress
    default: nil
    }
  }
}

extension Output {
  fileprivate mutating func line(
    _ message: DHCP.Message, _ parties: Parties, from side: Side, at moment: Moment
  ) {
    beginLine("dhcp", parties, from: side, at: moment)
    json.member("message_type", message.kind.map { Int($0.rawValue) })
    json.key("xid")
    json.hex(UInt64(message.transaction), digits: 8)
    json.member("ciaddr", Address(ipv4: message.clientAddress))
    json.member("yiaddr", Address(ipv4: message.yourAddress))
    json.member("requested", message.requestedAddress.map { Address(ipv4: $0) })
    json.member("host_name", message.hostName)
    json.member("fqdn", message.fullName)
    json.member("domain", message.domainName)
    json.member("vendor", message.vendorClass)
    json.member("lease", message.leaseSeconds.map { Int64($0) })
    endLine()
  }
}
