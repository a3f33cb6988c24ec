//! The fields of the types, as `name:shape`.
//!
//! A shape is a scalar, the name of another type of this table, `[shape]` for a list, or `{shape}` for a map. Read
//! from Kubernetes' API types (`k8s.io/api` v0.34) and those of the multi-cluster services API.

/// The types by name; each is found by [`super::check_types`], none contains itself.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("Deployment", "metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus"),
    (
        "DeploymentSpec",
        "replicas:int selector:LabelSelector template:PodTemplateSpec strategy:DeploymentStrategy \
         minReadySeconds:int revisionHistoryLimit:int paused:bool progressDeadlineSeconds:int",
    ),
    ("DeploymentStrategy", "type:string rollingUpdate:RollingUpdate"),
    ("RollingUpdate", "maxUnavailable:port maxSurge:port"),
    (
        "DeploymentStatus",
        "observedGeneration:int replicas:int updatedReplicas:int readyReplicas:int availableReplicas:int \
         unavailableReplicas:int terminatingReplicas:int conditions:[RolloutCondition] \
         collisionCount:int",
    ),
    ("WorkloadCondition", "type:string status:string lastTransitionTime:time reason:string message:string"),
    (
        "RolloutCondition",
        "type:string status:string lastUpdateTime:time lastTransitionTime:time reason:string message:string",
    ),
    (
        "ProbedCondition",
        "type:string status:string lastProbeTime:time lastTransitionTime:time reason:string message:string",
    ),
    ("ReplicaSet", "metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus"),
    ("ReplicaSetSpec", "replicas:int minReadySeconds:int selector:LabelSelector template:PodTemplateSpec"),
    (
        "ReplicaSetStatus",
        "replicas:int fullyLabeledReplicas:int readyReplicas:int availableReplicas:int \
         terminatingReplicas:int observedGeneration:int conditions:[WorkloadCondition]",
    ),
    ("StatefulSet", "metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus"),
    (
        "StatefulSetSpec",
        "replicas:int selector:LabelSelector template:PodTemplateSpec \
         volumeClaimTemplates:[PersistentVolumeClaim] serviceName:string podManagementPolicy:string \
         updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:int minReadySeconds:int \
         persistentVolumeClaimRetentionPolicy:ClaimRetentionPolicy ordinals:Ordinals",
    ),
    ("StatefulSetUpdateStrategy", "type:string rollingUpdate:RollingUpdateByOrdinal"),
    ("RollingUpdateByOrdinal", "partition:int maxUnavailable:port"),
    ("ClaimRetentionPolicy", "whenDeleted:string whenScaled:string"),
    ("Ordinals", "start:int"),
    (
        "StatefulSetStatus",
        "observedGeneration:int replicas:int readyReplicas:int currentReplicas:int updatedReplicas:int \
         currentRevision:string updateRevision:string collisionCount:int conditions:[WorkloadCondition] \
         availableReplicas:int",
    ),
    ("DaemonSet", "metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus"),
    (
        "DaemonSetSpec",
        "selector:LabelSelector template:PodTemplateSpec updateStrategy:DeploymentStrategy \
         minReadySeconds:int revisionHistoryLimit:int",
    ),
    (
        "DaemonSetStatus",
        "currentNumberScheduled:int numberMisscheduled:int desiredNumberScheduled:int numberReady:int \
         observedGeneration:int updatedNumberScheduled:int numberAvailable:int numberUnavailable:int \
         collisionCount:int conditions:[WorkloadCondition]",
    ),
    ("Job", "metadata:ObjectMeta spec:JobSpec status:JobStatus"),
    (
        "JobSpec",
        "parallelism:int completions:int activeDeadlineSeconds:int podFailurePolicy:PodFailurePolicy \
         successPolicy:SuccessPolicy backoffLimit:int backoffLimitPerIndex:int maxFailedIndexes:int \
         selector:LabelSelector manualSelector:bool template:PodTemplateSpec ttlSecondsAfterFinished:int \
         completionMode:string suspend:bool podReplacementPolicy:string managedBy:string",
    ),
    ("PodFailurePolicy", "rules:[PodFailurePolicyRule]"),
    ("PodFailurePolicyRule", "action:string onExitCodes:OnExitCodes onPodConditions:[OnPodCondition]"),
    ("OnExitCodes", "containerName:string operator:string values:[int]"),
    ("OnPodCondition", "type:string status:string"),
    ("SuccessPolicy", "rules:[SuccessPolicyRule]"),
    ("SuccessPolicyRule", "succeededIndexes:string succeededCount:int"),
    (
        "JobStatus",
        "conditions:[ProbedCondition] startTime:time completionTime:time active:int succeeded:int \
         failed:int terminating:int completedIndexes:string failedIndexes:string \
         uncountedTerminatedPods:UncountedTerminatedPods ready:int",
    ),
    ("UncountedTerminatedPods", "succeeded:[string] failed:[string]"),
    ("CronJob", "metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus"),
    (
        "CronJobSpec",
        "schedule:string timeZone:string startingDeadlineSeconds:int concurrencyPolicy:string \
         suspend:bool jobTemplate:JobTemplateSpec successfulJobsHistoryLimit:int \
         failedJobsHistoryLimit:int",
    ),
    ("JobTemplateSpec", "metadata:ObjectMeta spec:JobSpec"),
    ("CronJobStatus", "active:[ObjectReference] lastScheduleTime:time lastSuccessfulTime:time"),
    ("Pod", "metadata:ObjectMeta spec:PodSpec status:PodStatus"),
    ("PodTemplateSpec", "metadata:ObjectMeta spec:PodSpec"),
    (
        "PodStatus",
        "observedGeneration:int phase:string conditions:[ProbedCondition] message:string reason:string \
         nominatedNodeName:string hostIP:string podIP:string startTime:time qosClass:string resize:string",
    ),
    (
        "ObjectReference",
        "kind:string namespace:string name:string uid:string apiVersion:string resourceVersion:string \
         fieldPath:string",
    ),
    (
        "ObjectMeta",
        "name:string generateName:string namespace:string selfLink:string uid:string \
         resourceVersion:string generation:int creationTimestamp:time deletionTimestamp:time \
         deletionGracePeriodSeconds:int labels:{string} annotations:{string} \
         ownerReferences:[OwnerReference] finalizers:[string] managedFields:[ManagedFields]",
    ),
    (
        "OwnerReference",
        "apiVersion:string kind:string name:string uid:string controller:bool blockOwnerDeletion:bool",
    ),
    (
        "ManagedFields",
        "manager:string operation:string apiVersion:string time:time fieldsType:string fieldsV1:any \
         subresource:string",
    ),
    ("LabelSelector", "matchLabels:{string} matchExpressions:[Requirement]"),
    ("Requirement", "key:string operator:string values:[string]"),
    (
        "PodSpec",
        "volumes:[Volume] initContainers:[Container] containers:[Container] \
         ephemeralContainers:[EphemeralContainer] restartPolicy:string terminationGracePeriodSeconds:int \
         activeDeadlineSeconds:int dnsPolicy:string nodeSelector:{string} serviceAccountName:string \
         serviceAccount:string automountServiceAccountToken:bool nodeName:string hostNetwork:bool \
         hostPID:bool hostIPC:bool shareProcessNamespace:bool securityContext:PodSecurityContext \
         imagePullSecrets:[LocalReference] hostname:string subdomain:string affinity:Affinity \
         schedulerName:string tolerations:[Toleration] hostAliases:[HostAlias] priorityClassName:string \
         priority:int dnsConfig:PodDNSConfig readinessGates:[PodReadinessGate] runtimeClassName:string \
         enableServiceLinks:bool preemptionPolicy:string overhead:{quantity} \
         topologySpreadConstraints:[TopologySpreadConstraint] setHostnameAsFQDN:bool os:PodOS \
         hostUsers:bool schedulingGates:[Named] resourceClaims:[PodResourceClaim] \
         resources:ResourceRequirements hostnameOverride:string",
    ),
    ("LocalReference", "name:string"),
    ("Named", "name:string"),
    ("PodOS", "name:string"),
    ("PodReadinessGate", "conditionType:string"),
    ("PodResourceClaim", "name:string resourceClaimName:string resourceClaimTemplateName:string"),
    ("HostAlias", "ip:string hostnames:[string]"),
    ("PodDNSConfig", "nameservers:[string] searches:[string] options:[NameValue]"),
    ("NameValue", "name:string value:string"),
    ("Toleration", "key:string operator:string value:string effect:string tolerationSeconds:int"),
    (
        "TopologySpreadConstraint",
        "maxSkew:int topologyKey:string whenUnsatisfiable:string labelSelector:LabelSelector \
         minDomains:int nodeAffinityPolicy:string nodeTaintsPolicy:string matchLabelKeys:[string]",
    ),
    (
        "PodSecurityContext",
        "seLinuxOptions:SELinuxOptions windowsOptions:WindowsOptions runAsUser:int runAsGroup:int \
         runAsNonRoot:bool supplementalGroups:[int] supplementalGroupsPolicy:string fsGroup:int \
         sysctls:[NameValue] fsGroupChangePolicy:string seccompProfile:Profile appArmorProfile:Profile \
         seLinuxChangePolicy:string",
    ),
    ("SELinuxOptions", "user:string role:string type:string level:string"),
    (
        "WindowsOptions",
        "gmsaCredentialSpecName:string gmsaCredentialSpec:string runAsUserName:string hostProcess:bool",
    ),
    ("Profile", "type:string localhostProfile:string"),
    ("Affinity", "nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity"),
    (
        "NodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution:NodeSelector \
         preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]",
    ),
    ("NodeSelector", "nodeSelectorTerms:[NodeSelectorTerm]"),
    ("NodeSelectorTerm", "matchExpressions:[Requirement] matchFields:[Requirement]"),
    ("PreferredSchedulingTerm", "weight:int preference:NodeSelectorTerm"),
    (
        "PodAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm] \
         preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]",
    ),
    (
        "PodAffinityTerm",
        "labelSelector:LabelSelector namespaces:[string] topologyKey:string \
         namespaceSelector:LabelSelector matchLabelKeys:[string] mismatchLabelKeys:[string]",
    ),
    ("WeightedPodAffinityTerm", "weight:int podAffinityTerm:PodAffinityTerm"),
    (
        "Container",
        "name:string image:string command:[string] args:[string] workingDir:string ports:[ContainerPort] \
         envFrom:[EnvFromSource] env:[EnvVar] resources:ResourceRequirements resizePolicy:[ResizePolicy] \
         restartPolicy:string restartPolicyRules:[RestartRule] volumeMounts:[VolumeMount] \
         volumeDevices:[VolumeDevice] livenessProbe:Probe readinessProbe:Probe startupProbe:Probe \
         lifecycle:Lifecycle terminationMessagePath:string terminationMessagePolicy:string \
         imagePullPolicy:string securityContext:SecurityContext stdin:bool stdinOnce:bool tty:bool",
    ),
    (
        "EphemeralContainer",
        "name:string image:string command:[string] args:[string] workingDir:string ports:[ContainerPort] \
         envFrom:[EnvFromSource] env:[EnvVar] resources:ResourceRequirements resizePolicy:[ResizePolicy] \
         restartPolicy:string restartPolicyRules:[RestartRule] volumeMounts:[VolumeMount] \
         volumeDevices:[VolumeDevice] livenessProbe:Probe readinessProbe:Probe startupProbe:Probe \
         lifecycle:Lifecycle terminationMessagePath:string terminationMessagePolicy:string \
         imagePullPolicy:string securityContext:SecurityContext stdin:bool stdinOnce:bool tty:bool \
         targetContainerName:string",
    ),
    ("RestartRule", "action:string exitCodes:ExitCodes"),
    ("ExitCodes", "operator:string values:[int]"),
    ("ContainerPort", "name:string hostPort:int containerPort:int protocol:string hostIP:string"),
    ("EnvFromSource", "prefix:string configMapRef:OptionalReference secretRef:OptionalReference"),
    ("OptionalReference", "name:string optional:bool"),
    ("EnvVar", "name:string value:string valueFrom:EnvVarSource"),
    (
        "EnvVarSource",
        "fieldRef:FieldReference resourceFieldRef:ResourceFieldReference configMapKeyRef:KeyReference \
         secretKeyRef:KeyReference fileKeyRef:FileKeyReference",
    ),
    ("FieldReference", "apiVersion:string fieldPath:string"),
    ("ResourceFieldReference", "containerName:string resource:string divisor:quantity"),
    ("KeyReference", "name:string key:string optional:bool"),
    ("FileKeyReference", "volumeName:string path:string key:string optional:bool"),
    ("ResourceRequirements", "limits:{quantity} requests:{quantity} claims:[ResourceClaim]"),
    ("ResourceClaim", "name:string request:string"),
    ("ResizePolicy", "resourceName:string restartPolicy:string"),
    (
        "VolumeMount",
        "name:string readOnly:bool recursiveReadOnly:string mountPath:string subPath:string \
         mountPropagation:string subPathExpr:string",
    ),
    ("VolumeDevice", "name:string devicePath:string"),
    (
        "Probe",
        "exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction \
         initialDelaySeconds:int timeoutSeconds:int periodSeconds:int successThreshold:int \
         failureThreshold:int terminationGracePeriodSeconds:int",
    ),
    ("ExecAction", "command:[string]"),
    ("HTTPGetAction", "path:string port:port host:string scheme:string httpHeaders:[NameValue]"),
    ("TCPSocketAction", "port:port host:string"),
    ("GRPCAction", "port:int service:string"),
    ("SleepAction", "seconds:int"),
    ("Lifecycle", "postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:string"),
    ("LifecycleHandler", "exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction"),
    (
        "SecurityContext",
        "capabilities:Capabilities privileged:bool seLinuxOptions:SELinuxOptions \
         windowsOptions:WindowsOptions runAsUser:int runAsGroup:int runAsNonRoot:bool \
         readOnlyRootFilesystem:bool allowPrivilegeEscalation:bool procMount:string \
         seccompProfile:Profile appArmorProfile:Profile",
    ),
    ("Capabilities", "add:[string] drop:[string]"),
    (
        "Volume",
        "name:string hostPath:HostPath emptyDir:EmptyDir gcePersistentDisk:GCEPersistentDisk \
         awsElasticBlockStore:AWSElasticBlockStore gitRepo:GitRepo secret:SecretVolume nfs:NFS \
         iscsi:ISCSI glusterfs:Glusterfs persistentVolumeClaim:ClaimVolume rbd:RBD flexVolume:FlexVolume \
         cinder:Cinder cephfs:CephFS flocker:Flocker downwardAPI:DownwardAPI fc:FC azureFile:AzureFile \
         configMap:ConfigMapVolume vsphereVolume:VsphereVolume quobyte:Quobyte azureDisk:AzureDisk \
         photonPersistentDisk:PhotonPersistentDisk projected:Projected portworxVolume:PortworxVolume \
         scaleIO:ScaleIO storageos:StorageOS csi:CSI ephemeral:EphemeralVolume image:ImageVolume",
    ),
    ("HostPath", "path:string type:string"),
    ("EmptyDir", "medium:string sizeLimit:quantity"),
    ("GCEPersistentDisk", "pdName:string fsType:string partition:int readOnly:bool"),
    ("AWSElasticBlockStore", "volumeID:string fsType:string partition:int readOnly:bool"),
    ("GitRepo", "repository:string revision:string directory:string"),
    ("SecretVolume", "secretName:string items:[KeyToPath] defaultMode:int optional:bool"),
    ("KeyToPath", "key:string path:string mode:int"),
    ("NFS", "server:string path:string readOnly:bool"),
    (
        "ISCSI",
        "targetPortal:string iqn:string lun:int iscsiInterface:string fsType:string readOnly:bool \
         portals:[string] chapAuthDiscovery:bool chapAuthSession:bool secretRef:LocalReference \
         initiatorName:string",
    ),
    ("Glusterfs", "endpoints:string path:string readOnly:bool"),
    ("ClaimVolume", "claimName:string readOnly:bool"),
    (
        "RBD",
        "monitors:[string] image:string fsType:string pool:string user:string keyring:string \
         secretRef:LocalReference readOnly:bool",
    ),
    ("FlexVolume", "driver:string fsType:string secretRef:LocalReference readOnly:bool options:{string}"),
    ("Cinder", "volumeID:string fsType:string readOnly:bool secretRef:LocalReference"),
    (
        "CephFS",
        "monitors:[string] path:string user:string secretFile:string secretRef:LocalReference \
         readOnly:bool",
    ),
    ("Flocker", "datasetName:string datasetUUID:string"),
    ("DownwardAPI", "items:[DownwardAPIFile] defaultMode:int"),
    (
        "DownwardAPIFile",
        "path:string fieldRef:FieldReference resourceFieldRef:ResourceFieldReference mode:int",
    ),
    ("FC", "targetWWNs:[string] lun:int fsType:string readOnly:bool wwids:[string]"),
    ("AzureFile", "secretName:string shareName:string readOnly:bool"),
    ("ConfigMapVolume", "name:string items:[KeyToPath] defaultMode:int optional:bool"),
    ("VsphereVolume", "volumePath:string fsType:string storagePolicyName:string storagePolicyID:string"),
    ("Quobyte", "registry:string volume:string readOnly:bool user:string group:string tenant:string"),
    (
        "AzureDisk",
        "diskName:string diskURI:string cachingMode:string fsType:string readOnly:bool kind:string",
    ),
    ("PhotonPersistentDisk", "pdID:string fsType:string"),
    ("Projected", "sources:[ProjectedSource] defaultMode:int"),
    (
        "ProjectedSource",
        "secret:ProjectedReference downwardAPI:DownwardAPI configMap:ProjectedReference \
         serviceAccountToken:ServiceAccountToken clusterTrustBundle:ClusterTrustBundle \
         podCertificate:PodCertificate",
    ),
    ("ProjectedReference", "name:string items:[KeyToPath] optional:bool"),
    ("ServiceAccountToken", "audience:string expirationSeconds:int path:string"),
    (
        "ClusterTrustBundle",
        "name:string signerName:string labelSelector:LabelSelector optional:bool path:string",
    ),
    (
        "PodCertificate",
        "signerName:string keyType:string maxExpirationSeconds:int credentialBundlePath:string \
         keyPath:string certificateChainPath:string",
    ),
    ("PortworxVolume", "volumeID:string fsType:string readOnly:bool"),
    (
        "ScaleIO",
        "gateway:string system:string secretRef:LocalReference sslEnabled:bool protectionDomain:string \
         storagePool:string storageMode:string volumeName:string fsType:string readOnly:bool",
    ),
    (
        "StorageOS",
        "volumeName:string volumeNamespace:string fsType:string readOnly:bool secretRef:LocalReference",
    ),
    (
        "CSI",
        "driver:string readOnly:bool fsType:string volumeAttributes:{string} \
         nodePublishSecretRef:LocalReference",
    ),
    ("EphemeralVolume", "volumeClaimTemplate:ClaimTemplate"),
    ("ClaimTemplate", "metadata:ObjectMeta spec:ClaimSpec"),
    ("ImageVolume", "reference:string pullPolicy:string"),
    ("PersistentVolumeClaim", "metadata:ObjectMeta spec:ClaimSpec status:ClaimStatus"),
    (
        "ClaimSpec",
        "accessModes:[string] selector:LabelSelector resources:ClaimResources volumeName:string \
         storageClassName:string volumeMode:string dataSource:LocalDataSource dataSourceRef:DataSource \
         volumeAttributesClassName:string",
    ),
    ("ClaimResources", "limits:{quantity} requests:{quantity}"),
    ("LocalDataSource", "apiGroup:string kind:string name:string"),
    ("DataSource", "apiGroup:string kind:string name:string namespace:string"),
    (
        "ClaimStatus",
        "phase:string accessModes:[string] capacity:{quantity} conditions:[ProbedCondition] \
         allocatedResources:{quantity} allocatedResourceStatuses:{string} \
         currentVolumeAttributesClassName:string",
    ),
    ("Ingress", "metadata:ObjectMeta spec:IngressSpec status:IngressStatus"),
    (
        "IngressSpec",
        "ingressClassName:string defaultBackend:IngressBackend tls:[IngressTLS] rules:[IngressRule]",
    ),
    ("IngressTLS", "hosts:[string] secretName:string"),
    ("IngressRule", "host:string http:IngressHTTP"),
    ("IngressHTTP", "paths:[IngressPath]"),
    ("IngressPath", "path:string pathType:string backend:IngressBackend"),
    ("IngressBackend", "service:IngressService resource:LocalDataSource"),
    ("IngressService", "name:string port:IngressPort"),
    ("IngressPort", "name:string number:int"),
    ("IngressStatus", "loadBalancer:IngressLoadBalancer"),
    ("IngressLoadBalancer", "ingress:[IngressLoadBalancerIngress]"),
    ("IngressLoadBalancerIngress", "ip:string hostname:string ports:[IngressPortStatus]"),
    ("IngressPortStatus", "port:int protocol:string error:string"),
    ("ServiceImport", "metadata:ObjectMeta spec:ServiceImportSpec status:ServiceImportStatus"),
    (
        "ServiceImportSpec",
        "ports:[ServiceImportPort] ips:[string] type:string sessionAffinity:string \
         sessionAffinityConfig:SessionAffinityConfig",
    ),
    ("ServiceImportPort", "name:string protocol:string appProtocol:string port:int"),
    ("SessionAffinityConfig", "clientIP:ClientIPConfig"),
    ("ClientIPConfig", "timeoutSeconds:int"),
    ("ServiceImportStatus", "clusters:[ServiceImportCluster]"),
    ("ServiceImportCluster", "cluster:string"),
];
