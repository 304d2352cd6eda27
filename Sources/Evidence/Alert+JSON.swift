extension Alert {
  /// Writes the alert as one JSON object, keys in the order of the format.
  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.member("id", id)
    json.member("detection", detection)
    json.member("title", title)
    json.member("severity", severity.name)
    json.member("confidence", confidence)
    json.member("phase", phase.rawValue)
    json.member("techniques", techniques)
    json.member("aliases", aliases)
    json.member("workspace", workspace)
    json.member("firstSeen", firstSeen)
    json.member("lastSeen", lastSeen)
    json.member("count", count)
    writeParties(to: &json)
    writeEvidence(to: &json)
    json.member("explanation", explanation)
    json.member("lookalikes", lookalikes)
    json.member("nextSteps", nextSteps)
    writeIntelligence(to: &json)
    if !settings.isEmpty {
      json.key("settings")
      json.beginObject()
      for setting in settings {
        json.key(text: setting.name)
        json.value(setting.value)
      }
      json.endObject()
    }
    json.endObject()
  }

  private func writeParties(to json: inout JSONWriter) {
    json.key("sources")
    json.beginArray()
    for source in sources {
      json.beginObject()
      json.member("address", source.address)
      json.member("computer", source.computer)
      json.member("certainty", source.certainty?.rawValue)
      json.member("unresolved", source.unresolved)
      json.endObject()
    }
    json.endArray()
    json.key("accounts")
    json.beginArray()
    for account in accounts {
      json.beginObject()
      json.member("name", account.name)
      json.member("domain", account.domain)
      json.member("sid", account.sid)
      json.endObject()
    }
    json.endArray()
    json.key("targets")
    json.beginArray()
    for target in targets {
      json.beginObject()
      json.member("kind", target.kind.rawValue)
      json.member("name", target.name)
      json.endObject()
    }
    json.endArray()
  }

  private func writeEvidence(to json: inout JSONWriter) {
    json.key("evidence")
    json.beginArray()
    for piece in evidence {
      json.beginObject()
      json.member("capture", piece.capture)
      json.member("packets", piece.packets)
      json.member("time", piece.time)
      json.member("summary", piece.summary)
      json.endObject()
    }
    json.endArray()
  }
}
