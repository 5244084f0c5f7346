using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Template;

/// <summary>What <c>Ref</c> and <c>GetAtt</c> answer.</summary>
internal sealed class ResourceNames(
    TemplateSource source,
    IReadOnlyDictionary<string, Node> parameters,
    IReadOnlyDictionary<string, ResourceDeclaration> resources,
    StackIdentity identity,
    Resolver resolver)
{
    /// <returns>Null for <c>AWS::NoValue</c>.</returns>
    public Node? Ref(TextNode name) => name.Text switch
    {
        "AWS::NoValue" => null,
        "AWS::NotificationARNs" => new ListNode(name.Place, []),
        _ when identity.Pseudo(name.Text) is { } pseudo => name with { Text = pseudo },
        _ when parameters.TryGetValue(name.Text, out var value) => value,
        _ => name with { Text = RefOf(name.Text, name) },
    };

    public string Attribute(string id, string attribute, Node at)
    {
        if (Find(id, at) is not { } resource)
        {
            // The role that SAM makes for a function.
            return attribute == "Arn" && resources.TryGetValue(id[..^4], out var function)
                ? CloudIdentity.RoleArn(CloudIdentity.RoleOf(PhysicalName(function)))
                : $"arn:aws:local:::{identity.StackName}/{id}";
        }

        var name = PhysicalName(resource);
        return (resource.Type, attribute) switch
        {
            ("AWS::SQS::Queue", "Arn") => CloudIdentity.QueueArn(name),
            ("AWS::SQS::Queue", "QueueName") => name,
            ("AWS::SQS::Queue", "QueueUrl") => QueueUrl(name),
            ("AWS::S3::Bucket", "Arn") => CloudIdentity.BucketArn(name),
            ("AWS::S3::Bucket", "DomainName") => $"{name}.s3.amazonaws.com",
            ("AWS::S3::Bucket", "RegionalDomainName") => $"{name}.s3.{CloudIdentity.Region}.amazonaws.com",
            ("AWS::Serverless::Function", "Arn") => CloudIdentity.FunctionArn(name),
            ("AWS::Serverless::HttpApi", "ApiId") => name,
            ("AWS::Serverless::HttpApi", "ApiEndpoint") =>
                $"https://{name}.execute-api.{CloudIdentity.Region}.amazonaws.com",
            ("AWS::SQS::Queue" or "AWS::S3::Bucket" or "AWS::Serverless::Function" or "AWS::Serverless::HttpApi", _) =>
                throw source.Error(
                    at, $"{resource.Type} has no attribute '{attribute}' here; use Arn, or Ref for its name."),
            ("AWS::CloudFormation::Stack" or "AWS::Serverless::Application", _) => throw source.Error(
                at, $"'{id}' is a nested stack, which the local cloud does not run, and has no outputs; "
                + (resource.Condition is { } switched
                    ? $"make its condition {switched.Text} false by other parameters."
                    : "use them in an !If of a condition that is false here.")),
            // A resource without a local meaning: something of the right shape, since nothing local will ask for it.
            (_, "Arn") => $"arn:aws:local:{CloudIdentity.Region}:{CloudIdentity.AccountId}:{name}",
            _ => $"{name}-{attribute}",
        };
    }

    /// <summary>The name given in the template, or one made of the stack's name and the logical id.</summary>
    public string PhysicalName(ResourceDeclaration resource)
    {
        var (property, form, longest) = resource.Type switch
        {
            "AWS::SQS::Queue" => ("QueueName", "^[A-Za-z0-9_-]{1,80}$", 80),
            "AWS::S3::Bucket" => ("BucketName", "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", 63),
            "AWS::Serverless::Function" => ("FunctionName", "^[A-Za-z0-9_-]{1,64}$", 64),
            "AWS::Serverless::HttpApi" => (null, null, 10),
            _ => (null, null, 255),
        };
        if (property is not null && resource.Properties[property] is { } given && resolver.Resolve(given) is { } value)
        {
            return value is TextNode text && Regex.IsMatch(text.Text, form!)
                ? text.Text
                : throw source.Error(given, $"{value.Kind} is no {property}; it must match {form}.");
        }

        return resource.Type switch
        {
            "AWS::Serverless::HttpApi" => Shorten(resource.LogicalId.ToLowerInvariant(), longest),
            "AWS::S3::Bucket" => Shorten($"{identity.StackName}-{resource.LogicalId}".ToLowerInvariant(), longest),
            _ => Shorten($"{identity.StackName}-{resource.LogicalId}", longest),
        };
    }

    private string RefOf(string id, Node at) => Find(id, at) switch
    {
        null => id.ToLowerInvariant(),
        { Type: "AWS::SQS::Queue" } queue => QueueUrl(PhysicalName(queue)),
        var other => PhysicalName(other),
    };

    private string QueueUrl(string name) =>
        $"{identity.QueueBaseUrl.AbsoluteUri.TrimEnd('/')}/{CloudIdentity.AccountId}/{name}";

    /// <returns>Null for a resource that SAM adds by itself.</returns>
    private ResourceDeclaration? Find(string id, Node at)
    {
        if (!resources.TryGetValue(id, out var resource))
        {
            return References.IsMadeBySam(id, resources)
                ? null
                : throw References.Unknown(source, id, at, parameters.Keys, resources.Keys);
        }

        return resource.Condition is not { } condition || resolver.Conditions[condition.Text, condition]
            ? resource
            : throw source.Error(
                at,
                $"'{id}' is not there when its condition {condition.Text} is false; put this into an !If of it.");
    }

    private static string Shorten(string name, int longest) =>
        name.Length <= longest ? name : name[..longest].TrimEnd('-');
}
