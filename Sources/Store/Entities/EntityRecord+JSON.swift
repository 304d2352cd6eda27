import Evidence
import Foundation

extension EntityRecord {
  /// The record as it is stored, one line; times in nanoseconds, so that nothing is rounded.
  var storedJSON: String {
    var json = JSONWriter()
    json.beginObject()
    json.member("id", id)
    json.member("kind", kind.rawValue)
    json.member("name", name)
    json.member("domain", domain)
    json.member("sid", sid)
    json.member("firstSeen", firstSeen.nanoseconds)
    json.member("lastSeen", lastSeen.nanoseconds)
    json.member("formerIDs", formerIDs)
    json.member("traits", traits)
    json.list("names", names) { json, name in
      json.member("name", name.name)
      json.member("kind", name.kind.rawValue)
      json.member("from", name.from.nanoseconds)
      json.member("to", name.to.nanoseconds)
    }
    json.list("addresses", addresses) { json, place in
      json.member("address", place.address)
      json.member("method", place.method.rawValue)
      json.member("certainty", place.certainty.rawValue)
      json.member("from", place.from.nanoseconds)
      json.member("to", place.to.nanoseconds)
    }
    json.list("peers", peers, EntityRecord.write)
    json.list("resources", resources, EntityRecord.write)
    json.list("hours", hours) { json, hour in
      json.member("hour", Int(hour.hour))
      json.member("logons", Int(hour.logons))
      json.member("failures", Int(hour.failures))
    }
    json.endObject()
    return json.text
  }

  private static func write(_ json: inout JSONWriter, _ link: Link) {
    json.member("id", link.id)
    json.member("name", link.name)
    json.member("from", link.from.nanoseconds)
    json.member("to", link.to.nanoseconds)
  }

  /// Reads what ``storedJSON`` wrote.
  init(storedJSON text: String) throws {
    let stored = try JSONDecoder().decode(StoredEntity.self, from: Data(text.utf8))
    self.init(
      id: stored.id, kind: Kind(rawValue: stored.kind) ?? .address, domain: stored.domain,
      name: stored.name, firstSeen: Instant(nanoseconds: stored.firstSeen),
      lastSeen: Instant(nanoseconds: stored.lastSeen))
    sid = stored.sid
    formerIDs = stored.formerIDs ?? []
    traits = stored.traits ?? []
    names = (stored.names ?? []).compactMap(NameInterval.init)
    addresses = (stored.addresses ?? []).compactMap(AddressInterval.init)
    peers = (stored.peers ?? []).map(Link.init)
    resources = (stored.resources ?? []).map(Link.init)
    hours = (stored.hours ?? []).map {
      HourCount(hour: $0.hour, logons: $0.logons, failures: $0.failures)
    }
  }
}

extension EntityRecord.NameInterval {
  fileprivate init?(_ stored: StoredEntity.Name) {
    guard let kind = Kind(rawValue: stored.kind) else { return nil }
    self.init(
      name: stored.name, kind: kind, from: Instant(nanoseconds: stored.from),
      to: Instant(nanoseconds: stored.to))
  }
}

extension EntityRecord.AddressInterval {
  fileprivate init?(_ stored: StoredEntity.Place) {
    guard let address = Address(stored.address),
      let method = NameClaim.Method(rawValue: stored.method),
      let certainty = Certainty(rawValue: stored.certainty)
    else { return nil }
    self.init(
      address: address, method: method, certainty: certainty,
      from: Instant(nanoseconds: stored.from), to: Instant(nanoseconds: stored.to))
  }
}

extension EntityRecord.Link {
  fileprivate init(_ stored: StoredEntity.Link) {
    self.init(
      id: stored.id, name: stored.name, from: Instant(nanoseconds: stored.from),
      to: Instant(nanoseconds: stored.to))
  }
}

extension JSONWriter {
  /// A list of objects; an empty one is left out.
  fileprivate mutating func list<Element>(
    _ name: String, _ elements: [Element], _ members: (inout JSONWriter, Element) -> Void
  ) {
    guard !elements.isEmpty else { return }
    key(name)
    beginArray()
    for element in elements {
      beginObject()
      members(&self, element)
      endObject()
    }
    endArray()
  }
}

/// The stored form as the decoder sees it.
private struct StoredEntity: Decodable {
  var id: String
  var kind: String
  var name: String
  var domain: String?
  var sid: String?
  var firstSeen: Int64
  var lastSeen: Int64
  var formerIDs: [String]?
  var traits: [String]?
  var names: [Name]?
  var addresses: [Place]?
  var peers: [Link]?
  var resources: [Link]?
  var hours: [Hour]?

  struct Name: Decodable {
    var name: String
    var kind: String
    var from: Int64
    var to: Int64
  }

  struct Place: Decodable {
    var address: String
    var method: String
    var certainty: String
    var from: Int64
    var to: Int64
  }

  struct Link: Decodable {
    var id: String?
    var name: String
    var from: Int64
    var to: Int64
  }

  struct Hour: Decodable {
    var hour: Int32
    var logons: UInt32
    var failures: UInt32
  }
}
