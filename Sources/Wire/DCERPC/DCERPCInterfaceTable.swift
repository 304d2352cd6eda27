// Identifiers and operation numbers of C706, MS-RPCE and the MS documents named at each row,
// 2026-11.
extension DCERPCInterfaces {
  /// One interface a row, in the form that `interface(_:)` reads.
  static let table: [String] = [
    // C706 appendix O
    """
    e1af8308-5d1f-11c9-91a4-08002b14a0fa epmapper ept_insert ept_delete ept_lookup ept_map \
    ept_lookup_handle_free ept_inq_object ept_mgmt_delete
    """,
    // C706 appendix Q
    """
    afa8bd80-7d8a-11c9-bef4-08002b102989 mgmt rpc__mgmt_inq_if_ids rpc__mgmt_inq_stats \
    rpc__mgmt_is_server_listening rpc__mgmt_stop_server_listening rpc__mgmt_inq_princ_name
    """,
    // MS-DRSR section 4.1
    """
    e3514235-4b06-11d1-ab04-00c04fc2dcd2 drsuapi IDL_DRSBind IDL_DRSUnbind IDL_DRSReplicaSync \
    IDL_DRSGetNCChanges IDL_DRSUpdateRefs IDL_DRSReplicaAdd IDL_DRSReplicaDel \
    IDL_DRSReplicaModify IDL_DRSVerifyNames IDL_DRSGetMemberships IDL_DRSInterDomainMove \
    IDL_DRSGetNT4ChangeLog IDL_DRSCrackNames IDL_DRSWriteSPN IDL_DRSRemoveDsServer \
    IDL_DRSRemoveDsDomain IDL_DRSDomainControllerInfo IDL_DRSAddEntry IDL_DRSExecuteKCC \
    IDL_DRSGetReplInfo IDL_DRSAddSidHistory IDL_DRSGetMemberships2 IDL_DRSReplicaVerifyObjects \
    IDL_DRSGetObjectExistence IDL_DRSQuerySitesByCost IDL_DRSInitDemotion IDL_DRSReplicaDemotion \
    IDL_DRSFinishDemotion IDL_DRSAddCloneDC IDL_DRSWriteNgcKey IDL_DRSReadNgcKey
    """,
    // MS-SAMR section 3.1.5
    """
    12345778-1234-abcd-ef00-0123456789ac samr SamrConnect SamrCloseHandle SamrSetSecurityObject \
    SamrQuerySecurityObject 5: SamrLookupDomainInSamServer SamrEnumerateDomainsInSamServer \
    SamrOpenDomain SamrQueryInformationDomain SamrSetInformationDomain SamrCreateGroupInDomain \
    SamrEnumerateGroupsInDomain SamrCreateUserInDomain SamrEnumerateUsersInDomain \
    SamrCreateAliasInDomain SamrEnumerateAliasesInDomain SamrGetAliasMembership \
    SamrLookupNamesInDomain SamrLookupIdsInDomain SamrOpenGroup SamrQueryInformationGroup \
    SamrSetInformationGroup SamrAddMemberToGroup SamrDeleteGroup SamrRemoveMemberFromGroup \
    SamrGetMembersInGroup SamrSetMemberAttributesOfGroup SamrOpenAlias \
    SamrQueryInformationAlias SamrSetInformationAlias SamrDeleteAlias SamrAddMemberToAlias \
    SamrRemoveMemberFromAlias SamrGetMembersInAlias SamrOpenUser SamrDeleteUser \
    SamrQueryInformationUser SamrSetInformationUser SamrChangePasswordUser SamrGetGroupsForUser \
    SamrQueryDisplayInformation SamrGetDisplayEnumerationIndex 44: \
    SamrGetUserDomainPasswordInformation SamrRemoveMemberFromForeignDomain \
    SamrQueryInformationDomain2 SamrQueryInformationUser2 SamrQueryDisplayInformation2 \
    SamrGetDisplayEnumerationIndex2 SamrCreateUser2InDomain SamrQueryDisplayInformation3 \
    SamrAddMultipleMembersToAlias SamrRemoveMultipleMembersFromAlias SamrOemChangePasswordUser2 \
    SamrUnicodeChangePasswordUser2 SamrGetDomainPasswordInformation SamrConnect2 \
    SamrSetInformationUser2 62: SamrConnect4 SamrUnicodeChangePasswordUser3 SamrConnect5 \
    SamrRidToSid SamrSetDSRMPassword SamrValidatePassword 73: SamrUnicodeChangePasswordUser4 \
    SamrValidateComputerAccountReuseAttempt 77: SamrAccountIsDelegatedManagedServiceAccount
    """,
    // MS-LSAD section 3.1.4, MS-LSAT section 3.1.4
    """
    12345778-1234-abcd-ef00-0123456789ab lsarpc LsarClose LsarDelete LsarEnumeratePrivileges \
    LsarQuerySecurityObject LsarSetSecurityObject 6: LsarOpenPolicy LsarQueryInformationPolicy \
    LsarSetInformationPolicy 10: LsarCreateAccount LsarEnumerateAccounts \
    LsarCreateTrustedDomain LsarEnumerateTrustedDomains LsarLookupNames LsarLookupSids \
    LsarCreateSecret LsarOpenAccount LsarEnumeratePrivilegesAccount LsarAddPrivilegesToAccount \
    LsarRemovePrivilegesFromAccount 23: LsarGetSystemAccessAccount LsarSetSystemAccessAccount \
    LsarOpenTrustedDomain LsarQueryInfoTrustedDomain LsarSetInformationTrustedDomain \
    LsarOpenSecret LsarSetSecret LsarQuerySecret LsarLookupPrivilegeValue \
    LsarLookupPrivilegeName LsarLookupPrivilegeDisplayName LsarDeleteObject \
    LsarEnumerateAccountsWithUserRight LsarEnumerateAccountRights LsarAddAccountRights \
    LsarRemoveAccountRights LsarQueryTrustedDomainInfo LsarSetTrustedDomainInfo \
    LsarDeleteTrustedDomain LsarStorePrivateData LsarRetrievePrivateData LsarOpenPolicy2 \
    LsarGetUserName LsarQueryInformationPolicy2 LsarSetInformationPolicy2 \
    LsarQueryTrustedDomainInfoByName LsarSetTrustedDomainInfoByName \
    LsarEnumerateTrustedDomainsEx LsarCreateTrustedDomainEx 53: \
    LsarQueryDomainInformationPolicy LsarSetDomainInformationPolicy LsarOpenTrustedDomainByName \
    57: LsarLookupSids2 LsarLookupNames2 LsarCreateTrustedDomainEx2 68: LsarLookupNames3 73: \
    LsarQueryForestTrustInformation LsarSetForestTrustInformation 76: LsarLookupSids3 \
    LsarLookupNames4 129: LsarCreateTrustedDomainEx3 LsarOpenPolicy3 132: \
    LsarQueryForestTrustInformation2 LsarSetForestTrustInformation2
    """,
    // MS-DSSP section 3.2.5
    """
    3919286a-b10c-11d0-9ba8-00c04fd92ef5 dssetup DsRolerGetPrimaryDomainInformation
    """,
    // MS-BKRP section 3.1.4
    """
    3dde7c30-165d-11d1-ab8f-00805f14db40 bkrp BackuprKey
    """,
    // MS-NRPC section 3.5.4
    """
    12345678-1234-abcd-ef00-01234567cffb netlogon NetrLogonUasLogon NetrLogonUasLogoff \
    NetrLogonSamLogon NetrLogonSamLogoff NetrServerReqChallenge NetrServerAuthenticate \
    NetrServerPasswordSet NetrDatabaseDeltas NetrDatabaseSync NetrAccountDeltas NetrAccountSync \
    NetrGetDCName NetrLogonControl NetrGetAnyDCName NetrLogonControl2 NetrServerAuthenticate2 \
    NetrDatabaseSync2 NetrDatabaseRedo NetrLogonControl2Ex NetrEnumerateTrustedDomains \
    DsrGetDcName NetrLogonGetCapabilities NetrLogonSetServiceBits NetrLogonGetTrustRid \
    NetrLogonComputeServerDigest NetrLogonComputeClientDigest NetrServerAuthenticate3 \
    DsrGetDcNameEx DsrGetSiteName NetrLogonGetDomainInfo NetrServerPasswordSet2 \
    NetrServerPasswordGet NetrLogonSendToSam DsrAddressToSiteNamesW DsrGetDcNameEx2 35: \
    NetrLogonGetTimeServiceParentDomain NetrEnumerateTrustedDomainsEx \
    DsrAddressToSiteNamesExW DsrGetDcSiteCoverageW NetrLogonSamLogonEx \
    DsrEnumerateDomainTrusts DsrDeregisterDnsHostRecords NetrServerTrustPasswordsGet \
    DsrGetForestTrustInformation NetrGetForestTrustInformation NetrLogonSamLogonWithFlags \
    NetrServerGetTrustInfo 48: DsrUpdateReadOnlyServerDnsRecords 54: NetrChainSetClientAttributes \
    59: NetrServerAuthenticateKerberos
    """,
    // MS-SRVS section 3.1.4
    """
    4b324fc8-1670-01d3-1278-5a47bf6ee188 srvsvc 8: NetrConnectionEnum NetrFileEnum \
    NetrFileGetInfo NetrFileClose NetrSessionEnum NetrSessionDel NetrShareAdd NetrShareEnum \
    NetrShareGetInfo NetrShareSetInfo NetrShareDel NetrShareDelSticky NetrShareCheck \
    NetrServerGetInfo NetrServerSetInfo NetrServerDiskEnum NetrServerStatisticsGet \
    NetrServerTransportAdd NetrServerTransportEnum NetrServerTransportDel NetrRemoteTOD 30: \
    NetprPathType NetprPathCanonicalize NetprPathCompare NetprNameValidate \
    NetprNameCanonicalize NetprNameCompare NetrShareEnumSticky NetrShareDelStart \
    NetrShareDelCommit NetrpGetFileSecurity NetrpSetFileSecurity NetrServerTransportAddEx 43: \
    NetrDfsGetVersion NetrDfsCreateLocalPartition NetrDfsDeleteLocalPartition \
    NetrDfsSetLocalVolumeState 48: NetrDfsCreateExitPoint NetrDfsDeleteExitPoint \
    NetrDfsModifyPrefix NetrDfsFixLocalVolume NetrDfsManagerReportSiteInfo \
    NetrServerTransportDelEx NetrServerAliasAdd NetrServerAliasEnum NetrServerAliasDel \
    NetrShareDelEx
    """,
    // MS-WKST section 3.2.4
    """
    6bffd098-a112-3610-9833-46c3f87e345a wkssvc NetrWkstaGetInfo NetrWkstaSetInfo \
    NetrWkstaUserEnum 5: NetrWkstaTransportEnum NetrWkstaTransportAdd NetrWkstaTransportDel \
    NetrUseAdd NetrUseGetInfo NetrUseDel NetrUseEnum 13: NetrWorkstationStatisticsGet 20: \
    NetrGetJoinInformation 22: NetrJoinDomain2 NetrUnjoinDomain2 NetrRenameMachineInDomain2 \
    NetrValidateName2 NetrGetJoinableOUs2 NetrAddAlternateComputerName \
    NetrRemoveAlternateComputerName NetrSetPrimaryComputerName NetrEnumerateComputerNames
    """,
    // MS-SCMR section 3.1.4
    """
    367abb81-9844-35f1-ad32-98f038001003 svcctl RCloseServiceHandle RControlService \
    RDeleteService RLockServiceDatabase RQueryServiceObjectSecurity RSetServiceObjectSecurity \
    RQueryServiceStatus RSetServiceStatus RUnlockServiceDatabase RNotifyBootConfigStatus 11: \
    RChangeServiceConfigW RCreateServiceW REnumDependentServicesW REnumServicesStatusW \
    ROpenSCManagerW ROpenServiceW RQueryServiceConfigW RQueryServiceLockStatusW RStartServiceW \
    RGetServiceDisplayNameW RGetServiceKeyNameW 23: RChangeServiceConfigA RCreateServiceA \
    REnumDependentServicesA REnumServicesStatusA ROpenSCManagerA ROpenServiceA \
    RQueryServiceConfigA RQueryServiceLockStatusA RStartServiceA RGetServiceDisplayNameA \
    RGetServiceKeyNameA 35: REnumServiceGroupW RChangeServiceConfig2A RChangeServiceConfig2W \
    RQueryServiceConfig2A RQueryServiceConfig2W RQueryServiceStatusEx REnumServicesStatusExA \
    REnumServicesStatusExW 44: RCreateServiceWOW64A RCreateServiceWOW64W 47: \
    RNotifyServiceStatusChange RGetNotifyResults RCloseNotifyHandle RControlServiceExA \
    RControlServiceExW 56: RQueryServiceConfigEx 60: RCreateWowService 64: ROpenSCManager2
    """,
    // MS-TSCH section 3.2.5
    """
    1ff70682-0a51-30e8-076d-740be8cee98b atsvc NetrJobAdd NetrJobDel NetrJobEnum NetrJobGetInfo
    """,
    """
    378e52b0-c0a9-11cf-822d-00aa0051e40f sasec SASetAccountInformation SASetNSAccountInformation \
    SAGetNSAccountInformation SAGetAccountInformation
    """,
    """
    86d35949-83c9-4044-b424-db363231fd0c ITaskSchedulerService SchRpcHighestVersion \
    SchRpcRegisterTask SchRpcRetrieveTask SchRpcCreateFolder SchRpcSetSecurity \
    SchRpcGetSecurity SchRpcEnumFolders SchRpcEnumTasks SchRpcEnumInstances \
    SchRpcGetInstanceInfo SchRpcStopInstance SchRpcStop SchRpcRun SchRpcDelete SchRpcRename \
    SchRpcScheduledRuntimes SchRpcGetLastRunInfo SchRpcGetTaskInfo \
    SchRpcGetNumberOfMissedRuns SchRpcEnableTask
    """,
    // MS-RRP section 3.1.5
    """
    338cd001-2244-31f1-aaaa-900038001003 winreg OpenClassesRoot OpenCurrentUser \
    OpenLocalMachine OpenPerformanceData OpenUsers BaseRegCloseKey BaseRegCreateKey \
    BaseRegDeleteKey BaseRegDeleteValue BaseRegEnumKey BaseRegEnumValue BaseRegFlushKey \
    BaseRegGetKeySecurity BaseRegLoadKey 15: BaseRegOpenKey BaseRegQueryInfoKey \
    BaseRegQueryValue BaseRegReplaceKey BaseRegRestoreKey BaseRegSaveKey \
    BaseRegSetKeySecurity BaseRegSetValue BaseRegUnLoadKey 26: BaseRegGetVersion \
    OpenCurrentConfig 29: BaseRegQueryMultipleValues 31: BaseRegSaveKeyEx OpenPerformanceText \
    OpenPerformanceNlsText BaseRegQueryMultipleValues2 BaseRegDeleteKeyEx
    """,
    // MS-RPRN section 3.1.4
    """
    12345678-1234-abcd-ef00-0123456789ab spoolss RpcEnumPrinters RpcOpenPrinter RpcSetJob \
    RpcGetJob RpcEnumJobs RpcAddPrinter RpcDeletePrinter RpcSetPrinter RpcGetPrinter \
    RpcAddPrinterDriver RpcEnumPrinterDrivers RpcGetPrinterDriver \
    RpcGetPrinterDriverDirectory RpcDeletePrinterDriver RpcAddPrintProcessor \
    RpcEnumPrintProcessors RpcGetPrintProcessorDirectory RpcStartDocPrinter \
    RpcStartPagePrinter RpcWritePrinter RpcEndPagePrinter RpcAbortPrinter RpcReadPrinter \
    RpcEndDocPrinter RpcAddJob RpcScheduleJob RpcGetPrinterData RpcSetPrinterData \
    RpcWaitForPrinterChange RpcClosePrinter 35: RpcEnumPorts RpcEnumMonitors 46: RpcAddMonitor \
    RpcDeleteMonitor 56: RpcFindClosePrinterChangeNotification 62: \
    RpcRemoteFindFirstPrinterChangeNotification 65: \
    RpcRemoteFindFirstPrinterChangeNotificationEx RpcRouterReplyPrinterEx \
    RpcRouterRefreshPrinterChangeNotification 69: RpcOpenPrinterEx RpcAddPrinterEx 89: \
    RpcAddPrinterDriverEx
    """,
    // MS-PAR section 3.1.4
    """
    76f03f96-cdfd-44fc-a22c-64950a001209 IRemoteWinspool RpcAsyncOpenPrinter \
    RpcAsyncAddPrinter 20: RpcAsyncClosePrinter 26: RpcAsyncGetPrinterDriver 38: \
    RpcAsyncEnumPrinters RpcAsyncAddPrinterDriver RpcAsyncEnumPrinterDrivers \
    RpcAsyncGetPrinterDriverDirectory RpcAsyncDeletePrinterDriver \
    RpcAsyncDeletePrinterDriverEx RpcAsyncAddPrintProcessor 51: RpcAsyncAddMonitor \
    RpcAsyncDeleteMonitor 58: \
    RpcSyncRegisterForRemoteNotifications
    """,
    // MS-EFSR section 3.1.4.2; the same operations at two identifiers
    """
    df1941c5-fe89-4e79-bf10-463657acf44d efsrpc EfsRpcOpenFileRaw EfsRpcReadFileRaw \
    EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv \
    EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile \
    EfsRpcAddUsersToFile 11: EfsRpcNotSupported EfsRpcFileKeyInfo \
    EfsRpcDuplicateEncryptionInfoFile 15: EfsRpcAddUsersToFileEx EfsRpcFileKeyInfoEx 18: \
    EfsRpcGetEncryptedFileMetadata EfsRpcSetEncryptedFileMetadata EfsRpcFlushEfsCache \
    EfsRpcEncryptFileExSrv EfsRpcQueryProtectors
    """,
    """
    c681d488-d850-11d0-8c52-00c04fd90f7e efsrpc EfsRpcOpenFileRaw EfsRpcReadFileRaw \
    EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv \
    EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile \
    EfsRpcAddUsersToFile 11: EfsRpcNotSupported EfsRpcFileKeyInfo \
    EfsRpcDuplicateEncryptionInfoFile 15: EfsRpcAddUsersToFileEx EfsRpcFileKeyInfoEx 18: \
    EfsRpcGetEncryptedFileMetadata EfsRpcSetEncryptedFileMetadata EfsRpcFlushEfsCache \
    EfsRpcEncryptFileExSrv EfsRpcQueryProtectors
    """,
    // MS-DFSNM section 3.1.4
    """
    4fc742e0-4a10-11cf-8273-00aa004ae673 netdfs NetrDfsManagerGetVersion NetrDfsAdd \
    NetrDfsRemove NetrDfsSetInfo NetrDfsGetInfo NetrDfsEnum NetrDfsMove 10: NetrDfsAddFtRoot \
    NetrDfsRemoveFtRoot NetrDfsAddStdRoot NetrDfsRemoveStdRoot NetrDfsManagerInitialize \
    NetrDfsAddStdRootForced NetrDfsGetDcAddress NetrDfsSetDcAddress NetrDfsFlushFtTable \
    NetrDfsAdd2 NetrDfsRemove2 NetrDfsEnumEx NetrDfsSetInfo2 NetrDfsAddRootTarget \
    NetrDfsRemoveRootTarget NetrDfsGetSupportedNamespaceVersion
    """,
    // MS-FSRVP section 3.1.4
    """
    a8e0653c-2744-4389-a61d-7373df8b2292 FileServerVssAgent GetSupportedVersion SetContext \
    StartShadowCopySet AddToShadowCopySet CommitShadowCopySet ExposeShadowCopySet \
    RecoveryCompleteShadowCopySet AbortShadowCopySet IsPathSupported IsPathShadowCopied \
    GetShareMapping DeleteShareMapping PrepareShadowCopySet
    """,
    // MS-EVEN section 3.1.4
    """
    82273fdc-e32a-18c3-3f78-827929dc23ea eventlog ElfrClearELFW ElfrBackupELFW ElfrCloseEL \
    ElfrDeregisterEventSource ElfrNumberOfRecords ElfrOldestRecord ElfrChangeNotify \
    ElfrOpenELW ElfrRegisterEventSourceW ElfrOpenBELW ElfrReadELW ElfrReportEventW \
    ElfrClearELFA ElfrBackupELFA ElfrOpenELA ElfrRegisterEventSourceA ElfrOpenBELA ElfrReadELA \
    ElfrReportEventA 22: ElfrGetLogInformation 24: ElfrReportEventAndSourceW
    """,
    // MS-EVEN6 section 3.1.4
    """
    f6beaff7-1e19-4fbb-9f8f-b89e2018337c IEventService EvtRpcRegisterRemoteSubscription \
    EvtRpcRemoteSubscriptionNextAsync EvtRpcRemoteSubscriptionNext \
    EvtRpcRemoteSubscriptionWaitAsync EvtRpcRegisterControllableOperation \
    EvtRpcRegisterLogQuery EvtRpcClearLog EvtRpcExportLog EvtRpcLocalizeExportLog \
    EvtRpcMessageRender EvtRpcMessageRenderDefault EvtRpcQueryNext EvtRpcQuerySeek EvtRpcClose \
    EvtRpcCancel EvtRpcAssertConfig EvtRpcRetractConfig EvtRpcOpenLogHandle \
    EvtRpcGetLogFileInfo EvtRpcGetChannelList EvtRpcGetChannelConfig EvtRpcPutChannelConfig
    """,
    // MS-DNSP section 3.1.4
    """
    50abc2a4-574d-40b3-9d66-ee4fd5fba076 dnsserver R_DnssrvOperation R_DnssrvQuery \
    R_DnssrvComplexOperation R_DnssrvEnumRecords R_DnssrvUpdateRecord R_DnssrvOperation2 \
    R_DnssrvQuery2 R_DnssrvComplexOperation2 R_DnssrvEnumRecords2 R_DnssrvUpdateRecord2 \
    R_DnssrvUpdateRecord3 R_DnssrvEnumRecords3 R_DnssrvOperation3 R_DnssrvQuery3 \
    R_DnssrvComplexOperation3
    """,
    // MS-DCOM section 3.1.2.5
    """
    99fcfec4-5260-101b-bbcb-00aa0021347a IObjectExporter ResolveOxid SimplePing ComplexPing \
    ServerAlive ResolveOxid2 ServerAlive2
    """,
    """
    4d9f4ab8-7d1c-11cf-861e-0020af6e7c57 IActivation RemoteActivation
    """,
    """
    000001a0-0000-0000-c000-000000000046 IRemoteSCMActivator 3: RemoteGetClassObject \
    RemoteCreateInstance
    """,
    """
    00000131-0000-0000-c000-000000000046 IRemUnknown 3: RemQueryInterface RemAddRef RemRelease
    """,
    """
    00000143-0000-0000-c000-000000000046 IRemUnknown2 3: RemQueryInterface RemAddRef RemRelease \
    RemQueryInterface2
    """,
    // MS-WMI section 3.1.4
    """
    f309ad18-d86a-11d0-a075-00c04fb68820 IWbemLevel1Login 3: EstablishPosition \
    RequestChallenge WBEMLogin NTLMLogin
    """,
    """
    d4781cd6-e5d3-44df-ad94-930efe48a887 IWbemLoginClientID 3: SetClientInfo
    """,
    """
    9556dc99-828c-11cf-a37e-00aa003240c7 IWbemServices 3: OpenNamespace CancelAsyncCall \
    QueryObjectSink GetObject GetObjectAsync PutClass PutClassAsync DeleteClass \
    DeleteClassAsync CreateClassEnum CreateClassEnumAsync PutInstance PutInstanceAsync \
    DeleteInstance DeleteInstanceAsync CreateInstanceEnum CreateInstanceEnumAsync ExecQuery \
    ExecQueryAsync ExecNotificationQuery ExecNotificationQueryAsync ExecMethod ExecMethodAsync
    """,
    """
    027947e1-d731-11ce-a357-000000000001 IEnumWbemClassObject 3: Reset Next NextAsync Clone Skip
    """,
    // MS-OAUT section 3.1.4
    """
    00020400-0000-0000-c000-000000000046 IDispatch 3: GetTypeInfoCount GetTypeInfo \
    GetIDsOfNames Invoke
    """,
    """
    00020401-0000-0000-c000-000000000046 ITypeInfo 3: GetTypeAttr GetTypeComp GetFuncDesc \
    GetVarDesc GetNames GetRefTypeOfImplType GetImplTypeFlags 12: GetDocumentation
    """,
    // MS-ICPR section 3.2.4
    """
    91ae6020-9e3c-11cf-8d7c-00aa00c091be ICertPassage CertServerRequest
    """,
    // MS-WCCE section 3.2.1.4
    """
    d99e6e70-fc88-11d0-b498-00a0c90312f3 ICertRequestD 3: Request GetCACert Ping
    """,
    // MS-RSP section 3.2.4
    """
    894de0c0-0d55-11d3-a322-00c04fa321a1 InitShutdown BaseInitiateShutdown BaseAbortShutdown \
    BaseInitiateShutdownEx
    """,
    """
    12b81e99-f207-4a4c-85d3-77b42f76fd14 ISeclogon SeclCreateProcessWithLogonW \
    SeclCreateProcessWithLogonExW
    """,
    // MS-DHCPM section 3
    """
    6bffd098-a112-3610-9833-46c3f874532d dhcpsrv
    """,
    """
    5b821720-f63b-11d0-aad2-00c04fc324db dhcpsrv2
    """,
    // MS-NSPI section 3.1.4, MS-FRS1, MS-FRS2
    """
    f5cc5a18-4264-101a-8c59-08002b2f8426 nspi NspiBind NspiUnbind NspiUpdateStat NspiQueryRows \
    NspiSeekEntries NspiGetMatches
    """,
    """
    f5cc59b4-4264-101a-8c59-08002b2f8426 frsrpc
    """,
    """
    897e2e5f-93f3-4376-9c9c-fd2277495c27 frstrans CheckConnectivity EstablishConnection \
    EstablishSession RequestUpdates RequestVersionVector AsyncPoll RequestRecords UpdateCancel \
    RawGetFileData RdcGetSignatures RdcPushSourceNeeds RdcGetFileData RdcClose \
    InitializeFileTransferAsync
    """,
  ]
}
