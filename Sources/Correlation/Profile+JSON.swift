public import Evidence

extension Profile {
  /// Writes the profile as one JSON object.
  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", record.id)
    json.member("kind", record.kind.rawValue)
    json.member("name", record.name)
    json.member("domain", record.domain)
    list("names", record.names, &json) { name, json in
      json.member("name", name.name)
      json.member("kind", name.kind.rawValue)
      json.member("from", name.from)
      json.member("to", name.to)
    }
    json.member("sid", record.sid ?? entry?.sid)
    json.member("tags", tags.map(\.name))
    list("tagReasons", tags, &json) { tag, json in
      json.member("tag", tag.name)
      json.member("reason", tag.reason)
    }
    json.member("firstSeen", record.firstSeen)
    json.member("lastSeen", record.lastSeen)
    writeDirectory(to: &json)
    list("addresses", record.addresses, &json) { interval, json in
      json.member("address", interval.address)
      json.member("from", interval.from)
      json.member("to", interval.to)
      json.member("method", interval.method.rawValue)
      json.member("certainty", interval.certainty.rawValue)
    }
    writeLinks(record.kind == .user ? "computers" : "users", record.peers, to: &json)
    writeLinks("resources", record.resources, to: &json)
    writeLogons(to: &json)
    writeEndpoint(to: &json)
    writeAlerts(to: &json)
    json.key("risk")
    json.beginObject()
    json.member("score", risk.score)
    json.member("level", risk.level.rawValue)
    json.member("reasons", risk.reasons)
    json.endObject()
    json.endObject()
  }

  private func writeDirectory(to json: inout JSONWriter) {
    guard let entry else { return }
    json.key("directory")
    json.beginObject()
    json.member("distinguishedName", entry.distinguishedName)
    json.member("samAccountName", entry.samAccountName)
    json.member("userPrincipalName", entry.userPrincipalName)
    json.member("dnsHostName", entry.dnsHostName)
    json.member("displayName", entry.displayName)
    json.member("title", entry.title)
    json.member("department", entry.department)
    json.member("mail", entry.mail)
    json.member("phone", entry.phone)
    json.member("office", entry.office)
    // Hidden where it lies before monitoring began (rule R31).
    if let created = entry.created, created >= monitoringSince ?? created {
      json.member("created", created)
    }
    json.member("userAccountControl", Int64(entry.userAccountControl))
    json.member("servicePrincipalNames", entry.servicePrincipalNames.sorted())
    json.member("groups", groups.map(\.samAccountName))
    json.endObject()
  }

  private func writeLinks(
    _ name: String, _ links: [EntityRecord.Link], to json: inout JSONWriter
  ) {
    list(name, links, &json) { link, json in
      json.member("id", link.id)
      json.member("name", link.name)
      json.member("from", link.from)
      json.member("to", link.to)
    }
  }

  private func writeLogons(to json: inout JSONWriter) {
    guard !record.hours.isEmpty else { return }
    json.key("logons")
    json.beginObject()
    json.member("count", record.logonCount)
    json.member("failures", record.failureCount)
    json.endObject()
  }

  private func writeEndpoint(to json: inout JSONWriter) {
    json.key("endpoint")
    endpoint.write(to: &json)
    if let device {
      json.key("device")
      json.beginObject()
      json.member("id", device.id)
      json.member("name", device.dnsName)
      json.member("health", device.health)
      json.member("risk", device.risk?.rawValue)
      json.member("exposure", device.exposure)
      json.member("configurationScore", device.configurationScore)
      json.member("onboarding", device.onboarding)
      json.member("lastSeen", device.lastSeen)
      json.endObject()
    }
    list("endpointAlerts", endpointAlerts, &json) { alert, json in
      json.member("id", alert.id)
      json.member("title", alert.title)
      json.member("severity", alert.severity)
      json.member("status", alert.status)
      json.member("category", alert.category)
      json.member("detectionSource", alert.detectionSource)
      json.member("pillar", alert.pillar?.rawValue)
      if alert.isHumanAuthored { json.member("humanAuthored", true) }
      if alert.isCustomDetection { json.member("customDetection", true) }
      json.member("investigationState", alert.investigationState)
      json.member("time", alert.time)
      json.member("techniques", alert.techniques)
      json.member("evidence", alert.evidence)
    }
  }

  private func writeAlerts(to json: inout JSONWriter) {
    list("alerts", alerts, &json) { involved, json in
      json.member("id", involved.alert.id)
      json.member("detection", involved.alert.detection)
      json.member("title", involved.alert.title)
      json.member("severity", involved.alert.severity.name)
      json.member("part", involved.part.rawValue)
      json.member("firstSeen", involved.alert.firstSeen)
      json.member("lastSeen", involved.alert.lastSeen)
      json.member("count", involved.alert.count)
    }
  }

  /// Writes a list of objects; an empty one is left out.
  private func list<Element>(
    _ name: String, _ elements: [Element], _ json: inout JSONWriter,
    _ members: (Element, inout JSONWriter) -> Void
  ) {
    guard !elements.isEmpty else { return }
    json.key(name)
    json.beginArray()
    for element in elements {
      json.beginObject()
      members(element, &json)
      json.endObject()
    }
    json.endArray()
  }
}

extension EndpointBadge {
  /// Writes the badge; without alerts it has no number.
  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("state", state.rawValue)
    json.member("reason", reason)
    if count > 0 {
      json.member("count", count)
      json.member("open", open)
    }
    json.member("link", link)
    json.member("matchedBy", matchedBy)
    json.member("confidence", confidence)
    json.endObject()
  }
}
