import Evidence
import Wire

extension RPCMemory {
  /// Reads what a SAMR call asks about, or changes.
  func accountFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    if let facts = try samrFacts(of: operation, &stub) { return facts }
    return try samrChange(of: operation, &stub)
  }

  /// Reads what a SAMR call asks about (MS-SAMR section 3.1.5); nil where it asks for nothing.
  private func samrFacts(
    of operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts? {
    switch operation {
    case 5:
      let request = try SAMR.LookupDomainRequest(parsing: &stub)
      return query(.domains, names: [request.name])
    case 6: return query(.domains, isEnumeration: true)
    case 7:
      let request = try SAMR.OpenDomainRequest(parsing: &stub)
      let sid = request.sid.description
      return query(.domains, names: [sid]).opening(Opened(subject: .domains, name: sid))
    case 8, 46: return query(.domains)
    case 11: return query(.groups, isEnumeration: true)
    case 13: return query(.users, isEnumeration: true)
    case 15: return query(.aliases, isEnumeration: true)
    case 16: return query(.account)
    case 17:
      let request = try SAMR.LookupNamesRequest(parsing: &stub)
      return query(.account, names: request.names)
    case 18:
      let request = try SAMR.LookupIDsRequest(parsing: &stub)
      return query(.account, rids: request.relativeIDs)
    case 19: return try open(.groups, &stub)
    case 27: return try open(.aliases, &stub)
    case 34: return try open(.users, &stub)
    case 40, 48, 51:
      let request = try SAMR.DisplayRequest(parsing: &stub)
      // DOMAIN_DISPLAY_INFORMATION: 3 and 5 list groups (MS-SAMR section 2.2.8.12).
      let listsGroups = request.informationClass == 3 || request.informationClass == 5
      return query(listsGroups ? .groups : .users, isEnumeration: true)
    case 25, 33: return try question(.members, &stub)
    case 20: return try question(.groups, &stub)
    case 28: return try question(.aliases, &stub)
    case 36, 39, 47: return try question(.account, &stub)
    case 65:
      let request = try SAMR.RelativeIDRequest(parsing: &stub)
      return query(.account, rids: [request.relativeID])
    default: return nil
    }
  }

  /// Reads what an enumeration or a lookup answered.
  mutating func completeSAMR(
    _ facts: inout Facts, _ operation: UInt16, _ stub: inout NDRReader
  ) throws(ParseFailure) {
    guard case .samr(var query) = facts.arguments else { return }
    switch operation {
    case 6, 11, 13, 15:
      let answer = try SAMR.EnumerateResponse(parsing: &stub)
      query.names = answer.entries.map(\.name)
      query.rids = answer.entries.map(\.relativeID)
      query.count = answer.entries.count
      if operation != 6 { learn(query) }
    case 17:
      let answer = try SAMR.LookupNamesResponse(parsing: &stub)
      query.rids = answer.relativeIDs
      query.count = answer.relativeIDs.count
      learn(query)
    case 18:
      let answer = try SAMR.LookupIDsResponse(parsing: &stub)
      query.names = answer.names
      query.count = answer.names.count
      learn(query)
    case 25:
      let answer = try SAMR.MembersResponse(parsing: &stub)
      query.count = Int(answer.memberCount)
    default: return
    }
    facts.arguments = .samr(query)
  }

  /// Names and identifiers of one lookup belong together, in their order.
  private mutating func learn(_ query: SAMRQuery) {
    for (relativeID, name) in zip(query.rids, query.names) where relativeID != 0 {
      names.insert(name, for: relativeID)
    }
  }

  private func query(
    _ subject: SAMRQuery.Subject, isEnumeration: Bool = false, names: [String] = [],
    rids: [UInt32] = []
  ) -> Facts {
    Facts(
      arguments: .samr(
        SAMRQuery(subject: subject, isEnumeration: isEnumeration, names: names, rids: rids)))
  }

  private func open(
    _ subject: SAMRQuery.Subject, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    let request = try SAMR.OpenObjectRequest(parsing: &stub)
    let name = names[request.relativeID]
    return query(subject, names: name.map { [$0] } ?? [], rids: [request.relativeID])
      .opening(Opened(subject: subject, name: name, relativeID: request.relativeID))
  }

  private func question(
    _ subject: SAMRQuery.Subject, _ stub: inout NDRReader
  ) throws(ParseFailure) -> Facts {
    let opened = handles[try SAMR.QueryRequest(parsing: &stub).handle]
    return query(
      subject, names: opened?.name.map { [$0] } ?? [],
      rids: opened?.relativeID.map { [$0] } ?? [])
  }
}
