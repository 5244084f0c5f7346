using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.Template;

/// <summary><c>AWS::S3::BucketPolicy</c> and <c>AWS::SQS::QueuePolicy</c>.</summary>
internal sealed class ResourcePolicies(IReadOnlyList<BucketResource> buckets, IReadOnlyList<QueueResource> queues)
{
    private readonly Dictionary<string, List<PolicyStatement>> _byArn = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, IReadOnlyList<PolicyStatement>> ByArn =>
        _byArn.ToDictionary(p => p.Key, p => (IReadOnlyList<PolicyStatement>)p.Value, StringComparer.Ordinal);

    public void AddOfBucket(Properties policy)
    {
        policy.AllowOnly("Bucket", "PolicyDocument");
        var name = policy.Required("Bucket");
        if (buckets.All(b => b.BucketName != name))
        {
            throw policy.Error("Bucket", $"'{name}' is no bucket of this template; write !Ref and its logical id.");
        }

        Add(policy, CloudIdentity.BucketArn(name));
    }

    public void AddOfQueues(Properties policy)
    {
        policy.AllowOnly("Queues", "PolicyDocument");
        foreach (var url in policy.Texts("Queues"))
        {
            var name = url.Split('/')[^1];
            if (queues.All(q => q.QueueName != name))
            {
                throw policy.Error("Queues", $"'{url}' is no queue of this template; write !Ref and its logical id.");
            }

            Add(policy, CloudIdentity.QueueArn(name));
        }
    }

    /// <summary>S3 refuses a notification whose queue does not let it send.</summary>
    /// <remarks>AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html</remarks>
    public static bool LetSend(
        IReadOnlyDictionary<string, IReadOnlyList<PolicyStatement>> policies, string queueArn, string bucketArn)
    {
        var context = AccessRequest.CommonContext(Principal.Administrator);
        context["aws:PrincipalIsAWSService"] = "true";
        context["aws:SourceArn"] = bucketArn;
        context["aws:SourceAccount"] = CloudIdentity.AccountId;
        var request = new AccessRequest(Principal.Administrator, "sqs:SendMessage", queueArn, context)
        {
            Service = "s3.amazonaws.com",
        };
        var matching = policies.GetValueOrDefault(queueArn, []).Where(s => s.Matches(request)).ToList();
        return matching.Count > 0 && matching.TrueForAll(s => s.Allows);
    }

    private void Add(Properties policy, string arn)
    {
        var statements = PolicyReader.Statements(policy.RequiredMap("PolicyDocument"), hasPrincipal: true).ToList();
        var foreign = statements.SelectMany(s => s.Resources).FirstOrDefault(
            r => r != "*" && r != arn && !r.StartsWith(arn + "/", StringComparison.Ordinal));
        if (foreign is not null)
        {
            throw policy.Error(
                "PolicyDocument",
                $"AWS refuses the resource {foreign} in a policy of {arn}; name that, or what is in it.");
        }

        if (!_byArn.TryAdd(arn, statements))
        {
            _byArn[arn].AddRange(statements);
        }
    }
}
