import Evidence

extension Device {
  /// A machine document of the REST API.
  init(_ fields: JSONFields) throws(ConnectorFailure) {
    self.init(
      id: try fields.requiredText("id"), dnsName: try fields.text("computerDnsName"))
    lastSeen = try fields.requiredTime("lastSeen")
    firstSeen = try fields.time("firstSeen")
    entraID = try fields.text("aadDeviceId")?.lowercased()
    lastAddress = Device.usableAddress(try fields.text("lastIpAddress"))
    for interface in try fields.objects("ipAddresses") {
      let address = Device.usableAddress(try interface.text("ipAddress"))
      if let address, !addresses.contains(address) { addresses.append(address) }
      let hardware = Device.hardwareAddress(try interface.text("macAddress"))
      if let hardware, !hardwareAddresses.contains(hardware) { hardwareAddresses.append(hardware) }
    }
    platform = try fields.text("osPlatform")
    platformVersion = try fields.text("version")
    build = try fields.int("osBuild")
    managedBy = try fields.text("managedBy")
    isEntraJoined = try fields.has("isAadJoined") ? fields.bool("isAadJoined") : nil
    health = try fields.text("healthStatus")
    onboarding = try fields.text("onboardingStatus")
    exposure = try fields.text("exposureLevel")
    let score = try fields.words("configurationScore")
    let olderScore = try fields.words("secureScore")
    configurationScore = score ?? olderScore
    risk = try fields.text("riskScore").flatMap(Risk.init(word:))
    mergedInto = try fields.text("mergedIntoMachineId")?.lowercased()
    isPotentialDuplicate = try fields.bool("isPotentialDuplication")
    tags = try fields.texts("machineTags")
  }
}
