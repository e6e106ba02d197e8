#!/usr/bin/env python3
"""Writes services.zip: what the check of a flow knows of the actions that Step Functions calls by its AWS SDK
integrations.

    python3 deployer/src/flow/services/update.py           writes it
    python3 deployer/src/flow/services/update.py --check   compares it with what would be written

The models come with botocore from PyPI, at the version below, in a virtual environment under target/. To update the list,
raise the version, run this, and read what changed:

    unzip -p deployer/src/flow/services/services.zip

The list is a text. Its first line names its source. Then, for each service in the order of their names:

    =dynamodb                           a service, as Step Functions calls it
    =sms .                              an ended one, whose actions are not known any more
    =notifications -                    one that the developer guide does not name
    ~logs cloudwatchlogs                a service that other tools call otherwise
    Item                                a noun
     delete,get,update Key TableName    its verbs, and the parameters that they require
     put Item TableName ? ReturnValues  the other parameters behind `?`, for the services in FULL
     !lookAt Item                       an action that Step Functions does not support
     %stream Item                       one that streams events
    +Data ? Charset                     a structure inside of parameters, for the services in NESTED: their members

For the services in NESTED, a parameter or member leads to a structure by its number, from 0 in the order of a service's lines
with `+`: `Content:3` is one, `Entries:[3` a list of them, `Item:{0` a map with free names whose values are such. What leads to none
can be anything: a text, a number, binary data, a document. Where the API model spells a member of a structure in another way than the
SDK for Java, both are there, the SDK's first.

Source of names: Step Functions developer guide, "Learning to use AWS service SDK integrations". They are those of the AWS SDK
for Java 2: its class `DefaultNamingStrategy` makes them from the models, and so does this.
"""

import gzip
import io
import json
import re
import subprocess
import sys
import venv
import zipfile
from collections import defaultdict
from pathlib import Path

BOTOCORE = "1.44.8"
HERE = Path(__file__).resolve().parent
LIST = HERE / "services.zip"
TOOLS = HERE.parents[3] / "target" / "tools" / f"botocore-{BOTOCORE}"

# Services of the developer guide's table that AWS has ended, and that the models have no more.
ENDED = """alexaforbusiness apptest codestar elasticinference elastictranscoder evidently finspace finspacedata honeycode
iot1clickdevices iot1clickprojects iotanalytics iotevents ioteventsdata iotfleethub iotroborunner lookoutmetrics lookoutvision
macie mobile opsworks opsworkscm panorama privatenetworks qldb qldbsession robomaker simspaceweaver sms tnb""".split()

# Services that are older than the table of 2025 and that it does not have. Many need an endpoint of the customer's own.
UNLISTED = """aiops apigatewaymanagementapi artifact chatbot cloudsearchdomain evs gameliftstreams globalaccelerator importexport
iotdataplane iotmanagedintegrations keyspacesstreams machinelearning marketplaceagreement marketplacedeployment mediastoredata
mpa neptunedata notifications simpledb ssmguiconnect workspacesinstances""".split()

# "Unsupported operations" of the table of 2025.
UNSUPPORTED = {
    "applicationdiscovery": "describeExportConfigurations exportConfigurations",
    "bedrockagentruntime": "invokeAgent invokeFlow invokeInlineAgent optimizePrompt retrieveAndGenerateStream",
    "bedrockruntime": "converseStream invokeModelWithResponseStream",
    "cloudwatchlogs": "startLiveTail",
    "codedeploy": "batchGetDeploymentInstances getDeploymentInstance listDeploymentInstances "
    "skipWaitTimeForInstanceTermination",
    "comprehendmedical": "detectEntities",
    "dataexchange": "sendApiAsset",
    "directconnect": "allocateConnectionOnInterconnect describeConnectionLoa describeConnectionsOnInterconnect "
    "describeInterconnectLoa",
    "efs": "createTags",
    "emr": "describeJobFlows",
    "iot": "attachPrincipalPolicy detachPrincipalPolicy listPolicyPrincipals listPrincipalPolicies",
    "iotdeviceadvisor": "listTestCases",
    "iotsitewise": "invokeAssistant",
    "kinesis": "subscribeToShard",
    "lambda": "invokeAsync invokeWithResponseStream",
    "lexruntimev2": "startConversation",
    "mediapackage": "rotateChannelCredentials",
    "qbusiness": "chat",
    "rdsdata": "executeSql",
    "s3": "selectObjectContent",
    "s3control": "selectObjectContent",
    "sagemakerruntime": "invokeEndpointWithResponseStream",
    "shield": "deleteSubscription",
    "sts": "assumeRole assumeRoleWithSAML assumeRoleWithWebIdentity",
}

# The services with all their parameters, so that a misspelled one is found. All of them would take another 70 KB.
FULL = """acm apigateway apigatewayv2 appconfig appconfigdata appsync athena autoscaling backup batch bedrock bedrockagent
bedrockagentruntime bedrockruntime cloudformation cloudfront cloudtrail cloudwatch cloudwatchlogs codebuild codepipeline
cognitoidentity cognitoidentityprovider comprehend comprehendmedical config costexplorer databrew dynamodb dynamodbstreams ecr
ecs efs eks elasticloadbalancingv2 emr emrcontainers emrserverless eventbridge firehose fis glacier glue guardduty iam
identitystore inspector2 kendra kinesis kms lambda lexruntimev2 mailmanager mediaconvert organizations personalizeruntime
pinpoint pinpointsmsvoicev2 pipes polly ram rds rdsdata redshift redshiftdata redshiftserverless rekognition resourcegroups
resourcegroupstaggingapi route53 s3 s3control s3tables s3vectors sagemakerruntime savingsplans scheduler secretsmanager
securityhub servicecatalog servicediscovery servicequotas ses sesv2 sfn sns socialmessaging sqs ssm ssmincidents ssoadmin sts
support synthetics textract timestreamquery timestreamwrite transcribe transfer translate verifiedpermissions wafv2 workdocs
workmail workmailmessageflow xray""".split()

# The services with the structures inside of their parameters: those that flows of mail use.
NESTED = """athena bedrockagentruntime bedrockruntime cloudwatch cloudwatchlogs comprehend dynamodb eventbridge firehose kinesis kms
lambda mailmanager pinpoint rekognition s3 scheduler secretsmanager ses sesv2 sfn sns sqs ssm textract translate workmail
workmailmessageflow""".split()

# Required by the model, and filled in by the SDK.
FILLED_IN = {("glacier", "AccountId")}

# What the SDK for Java renames or adds, in its files `customization.config`. Either name is accepted, so neither is required.
RENAMED = {
    ("s3", "copyObject"): "DestinationBucket DestinationKey SourceBucket SourceKey SourceVersionId",
    ("s3", "uploadPartCopy"): "DestinationBucket DestinationKey SourceBucket SourceKey SourceVersionId",
}
NOT_REQUIRED_IF_RENAMED = {"Bucket", "Key", "CopySource"}
RENAMED_MEMBERS = {("dynamodb", "AttributeValue", "NULL"): "Nul"}


def uncapitalized(name):
    """As `Utils.unCapitalize` of the SDK's code generator: DBName -> dbName, DescribeDBInstances -> describeDBInstances."""
    end = 1
    while end < len(name) and name[end].isupper() and not name[end + 1 : end + 2].islower():
        end += 1
    return name[:end].lower() + name[end:]


def parameter(name):
    name = uncapitalized(name)
    return name[0].upper() + name[1:]


def service_name(service_id):
    name = re.sub(r"^(Amazon|AWS)\s*|\s*Service$", "", service_id.strip())
    return re.sub(r"[^A-Za-z0-9]", "", name).lower()


class Structures:
    """The structures inside of a service's parameters, with their numbers."""

    def __init__(self, name, model):
        self.name, self.shapes = name, model["shapes"]
        self.numbers, self.lines = {}, []

    def reference(self, shape):
        """What leads to a structure: nothing, or `:`, then `[` and `{` for each list and map around it, and its number."""
        around = ""
        while (found := self.shapes[shape])["type"] in ("list", "map"):
            is_list = found["type"] == "list"
            around += "[" if is_list else "{"
            shape = found["member" if is_list else "value"]["shape"]
        is_plain = found["type"] == "structure" and found.get("members") and not found.get("document")
        if self.name not in NESTED or not is_plain or found.get("eventstream"):
            return ""
        return f":{around}{self.number(shape)}"

    def number(self, shape):
        if shape not in self.numbers:
            self.numbers[shape] = len(self.lines)
            # A structure may be inside of itself.
            self.lines.append(None)
            self.lines[self.numbers[shape]] = "+" + self.members(shape)
        return self.numbers[shape]

    def members(self, shape):
        found = self.shapes[shape]
        required, optional = [], []
        for member, described in sorted(found["members"].items()):
            inside = self.reference(described["shape"])
            others = [member, RENAMED_MEMBERS.get((self.name, shape, member))]
            others = [other for other in others if other and other != parameter(member)]
            is_required = member in found.get("required", []) and not described.get("idempotencyToken")
            (required if is_required else optional).append(parameter(member) + inside)
            optional += [other + inside for other in others]
        return " ".join(required + ["?"] + optional)


def actions_of(model, name, structures):
    """The actions of a service: their required parameters, all of them, and whether they stream events."""
    shapes = model["shapes"]
    found = {}
    for operation_name, operation in model["operations"].items():
        action = uncapitalized(operation_name)
        given = shapes[operation["input"]["shape"]] if "input" in operation else {}
        members = given.get("members", {})
        renamed = RENAMED.get((name, action), "").split()
        # What the SDK makes up is not asked for.
        needed = [member for member in given.get("required", []) if not members[member].get("idempotencyToken")]
        needed = [member for member in needed if not renamed or member not in NOT_REQUIRED_IF_RENAMED]
        inside = {parameter(member): structures.reference(of["shape"]) for member, of in sorted(members.items())}
        inside.update(dict.fromkeys(renamed, ""))
        ends = [shapes[operation[end]["shape"]] for end in ("input", "output") if end in operation]
        parts = [shapes[part["shape"]] for end in ends for part in end.get("members", {}).values()]
        streams = any(part.get("eventstream") for part in parts)
        found[action] = (sorted(map(parameter, needed)), inside, streams)
    return found


def services(data):
    """All services by name, and what other tools call them."""
    found, structures, folders, others = {}, {}, {}, {}
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        models = sorted(folder.glob("*/service-2.json.gz"))
        if not models:
            continue
        model = json.loads(gzip.decompress(models[-1].read_bytes()))
        metadata = model["metadata"]
        name = service_name(metadata["serviceId"])
        assert name not in NESTED or name not in structures, f"two models of {name}"
        structures[name] = Structures(name, model)
        found.setdefault(name, {}).update(actions_of(model, name, structures[name]))
        # The AWS CLI's name, and those of policies and endpoints, where no other service shares them.
        folders[folder.name] = name
        for other in (metadata.get("signingName"), metadata.get("endpointPrefix")):
            if other and re.fullmatch("[a-z0-9-]+", other):
                others.setdefault(other, set()).add(name)
    alone = {other: names.pop() for other, names in others.items() if len(names) == 1}
    lines = {name: inside.lines for name, inside in structures.items()}
    return found, lines, {other: name for other, name in {**alone, **folders}.items() if other not in found}


def lines_of(name, actions, structures):
    nouns = defaultdict(lambda: defaultdict(list))
    for action, (needed, members, streams) in sorted(actions.items()):
        verb = re.match("[a-z]+[0-9]*", action).group()
        optional = [member + members[member] for member in members if member not in needed] if name in FULL else []
        needed = [member + members[member] for member in needed if (name, member) not in FILLED_IN]
        documented = action in UNSUPPORTED.get(name, "").split()
        mark = "!" if documented else "%" if streams else ""
        rest = " ".join(needed + ["?"] * bool(name in FULL) + optional)
        nouns[action[len(verb) :]][rest].append(mark + verb)
    yield f"={name}{' -' * (name in UNLISTED)}"
    for noun, verbs in sorted(nouns.items(), key=lambda item: item[0][::-1]):
        yield noun
        yield from (f" {','.join(sorted(group))} {rest}".rstrip() for rest, group in sorted(verbs.items()))
    yield from structures


def text(data):
    found, structures, others = services(data)
    lines = [f"botocore {BOTOCORE}"]
    for name in sorted(found):
        lines.extend(lines_of(name, found[name], structures[name]))
    lines.extend(f"={name} ." for name in ENDED if name not in found)
    lines.extend(f"~{other} {name}" for other, name in sorted(others.items()))
    return "\n".join(lines) + "\n"


def installed():
    """The folder with the models."""
    python = next(TOOLS.glob("*/python3"), None) or next(TOOLS.glob("*/python.exe"), None)
    if not (TOOLS / "complete").exists():
        venv.create(TOOLS, with_pip=True, clear=True)
        python = next(TOOLS.glob("*/python3"), None) or next(TOOLS.glob("*/python.exe"))
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"botocore=={BOTOCORE}"], check=True)
        (TOOLS / "complete").touch()
    path = subprocess.run(
        [python, "-c", "import botocore; print(botocore.__path__[0])"], check=True, capture_output=True, text=True
    )
    return Path(path.stdout.strip()) / "data"


def main():
    content = text(installed()).encode()
    if "--check" in sys.argv[1:]:
        with zipfile.ZipFile(LIST) as archive:
            if archive.read("services.txt") != content:
                sys.exit(f"{LIST} is not what {Path(__file__).name} writes: run it without --check")
        return
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo("services.txt", (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)
    LIST.write_bytes(packed.getvalue())
    print(f"{LIST}: {len(content)} bytes, {len(packed.getvalue())} packed")


if __name__ == "__main__":
    main()
