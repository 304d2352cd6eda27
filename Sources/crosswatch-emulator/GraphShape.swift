/// An alert as Graph's `alerts_v2` writes it.
enum GraphShape {
  static func alert(_ alert: JSONValue, machines: [JSONValue]) -> JSONValue {
    let user = alert["relatedUser"]
    let machine = machines.first { $0["id"] == alert["machineId"] } ?? nil
    var evidence: [JSONValue] = [
      [
        "@odata.type": "#microsoft.graph.security.deviceEvidence",
        "createdDateTime": alert["alertCreationTime"], "verdict": "unknown",
        "remediationStatus": "none", "roles": ["source"], "mdeDeviceId": alert["machineId"],
        "deviceDnsName": alert["computerDnsName"], "osPlatform": machine["osPlatform"],
        "firstSeenDateTime": machine["firstSeen"], "version": machine["version"],
        "healthStatus": lowered(machine["healthStatus"]),
        "riskScore": lowered(machine["riskScore"]),
        "onboardingStatus": lowered(machine["onboardingStatus"]), "azureAdDeviceId": nil,
      ]
    ]
    if user != nil {
      evidence.append([
        "@odata.type": "#microsoft.graph.security.userEvidence",
        "createdDateTime": alert["alertCreationTime"], "verdict": "suspicious",
        "roles": ["attacker"],
        "userAccount": [
          "accountName": user["userName"], "domainName": user["domainName"], "userSid": nil,
          "azureAdUserId": nil, "userPrincipalName": nil,
        ],
      ])
    }
    return [
      "id": .text("mde-\(alert["id"].text ?? "")"), "providerAlertId": alert["id"],
      "tenantId": alert["aadTenantId"], "title": alert["title"],
      "description": alert["description"], "category": alert["category"],
      "severity": lowered(alert["severity"]), "status": lowered(alert["status"]),
      "classification": alert["classification"], "determination": alert["determination"],
      "serviceSource": "microsoftDefenderForEndpoint",
      "detectionSource": "microsoftDefenderForEndpoint",
      "createdDateTime": alert["alertCreationTime"],
      "lastUpdateDateTime": alert["lastUpdateTime"],
      "firstActivityDateTime": alert["firstEventTime"],
      "lastActivityDateTime": alert["lastEventTime"], "resolvedDateTime": alert["resolvedTime"],
      "mitreTechniques": alert["mitreTechniques"],
      "recommendedActions": "Isolate the device and reset the user's password.",
      "actorDisplayName": nil, "evidence": .array(evidence), "comments": [],
    ]
  }

  /// Enumerations begin with a lower-case letter there.
  private static func lowered(_ value: JSONValue) -> JSONValue {
    guard let text = value.text, let first = text.first else { return value }
    return .text(first.lowercased() + text.dropFirst())
  }
}
