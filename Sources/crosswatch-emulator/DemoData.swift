import Evidence

/// A small environment: three machines of the lab and what was found on them.
enum DemoData {
  static let tenant = "4f0c2d3e-7b1a-4c59-9d8e-2a61c0b7e5f4"

  private static let ids = [
    "17afaae6371c273d178e9185bd47aac8d8b64fc0", "bf774cf8fda6ea8ac3cf86a68ca1d9f33bfb2770",
    "21e690407599b699a79bd926ea1f11a0df985bd1",
  ]

  /// Casing and digits of seconds vary, and keys are there that no page of documentation names:
  /// as in live data.
  static let machines: [JSONValue] = [
    machine(0, "ws01.alpine.test", "10.20.0.21", "Low", "Onboarded", "2026-11-21T03:00:00Z"),
    machine(1, "WS02", "10.20.0.22", "High", "onboarded", "2026-11-21T03:10:00.5Z"),
    machine(
      2, "ws03.alpine.test", "10.20.0.23", "High", "Onboarded", "2026-11-21T03:10:00.1234567Z"),
  ]

  static let alerts: [JSONValue] = [
    alert(1, 1, "Possible Kerberoasting activity", "Medium", "CredentialAccess", "h.graf"),
    alert(2, 2, "Suspicious access to LSASS", "High", "CredentialAccess", "h.graf"),
    alert(3, 2, "Privileged account was used", "High", "LateralMovement", "a.keller"),
    alert(4, 0, "Credential cache file was copied", "Medium", "CredentialAccess", "s.meier"),
  ]

  /// One of any number of further alerts, a minute apart.
  static func extraAlert(_ number: Int) -> JSONValue {
    let title = "Invented alert \(number)"
    var alert = alert(100 + number, number % 3, title, "Low", "Other", "h.graf")
    alert["status"] = "Resolved"
    return alert
  }

  private static func machine(
    _ index: Int, _ name: String, _ address: String, _ risk: String, _ onboarding: String,
    _ seen: String
  ) -> JSONValue {
    [
      "id": .text(ids[index]), "computerDnsName": .text(name), "lastIpAddress": .text(address),
      "firstSeen": "2026-10-01T08:00:00Z", "lastSeen": .text(seen), "osPlatform": "Windows10",
      "version": "22H2", "healthStatus": "Active", "onboardingStatus": .text(onboarding),
      "riskScore": .text(risk), "exposureLevel": "Medium", "aadDeviceId": nil,
      "machineTags": ["demo"], "isAadJoined": true, "mergedIntoMachineId": nil,
      "managedByStatus": "Unknown", "vmMetadata": nil,
      "ipAddresses": [
        [
          "ipAddress": .text(address), "macAddress": .text("0A1B2C3D4E0\(index)"),
          "type": "Ethernet", "operationalStatus": "Up",
        ]
      ],
    ]
  }

  private static func alert(
    _ number: Int, _ machine: Int, _ title: String, _ severity: String, _ category: String,
    _ user: String
  ) -> JSONValue {
    let start = Instant(seconds: 1_795_231_000 + Int64(number) * 60)
    let later = start.advanced(by: .seconds(240))
    let names = ["ws01.alpine.test", "ws02.alpine.test", "ws03.alpine.test"]
    let digits = String(1_000_000_000_000_000 + number)
    return [
      "id": .text("da63\(digits)_-\(number)"), "incidentId": .int(Int64(40 + number)),
      "investigationId": nil, "assignedTo": nil, "severity": .text(severity), "status": "New",
      "classification": nil, "determination": nil,
      "investigationState": "UnsupportedAlertType", "detectionSource": "WindowsDefenderAtp",
      "category": .text(category), "threatFamilyName": nil, "title": .text(title),
      "description": .text("\(title) on \(names[machine])."),
      "alertCreationTime": .text(start.description), "firstEventTime": .text(start.description),
      "lastEventTime": .text(start.description), "lastUpdateTime": .text(later.description),
      "resolvedTime": nil, "machineId": .text(ids[machine]),
      "computerDnsName": .text(names[machine]), "rbacGroupName": "Demo",
      "aadTenantId": .text(tenant), "mitreTechniques": ["T1003.001"],
      "relatedUser": ["userName": .text(user), "domainName": "ALPINE"], "comments": [],
      "evidence": [
        [
          "entityType": "User", "evidenceCreationTime": .text(start.description),
          "accountName": .text(user), "domainName": "ALPINE", "userSid": nil, "aadUserId": nil,
          "userPrincipalName": .text("\(user)@alpine.test"),
        ],
        [
          "entityType": "Process", "evidenceCreationTime": .text(start.description),
          "fileName": "python.exe", "filePath": "C:\\Users\\Public",
          "processId": .int(Int64(6000 + number)), "processCommandLine": "python.exe demo.py",
        ],
      ],
    ]
  }
}
