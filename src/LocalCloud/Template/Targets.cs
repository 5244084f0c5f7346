namespace PhotoLambda.Local.Template;

/// <summary>Checks that what resources send to is there, since the local cloud reaches no other account's.</summary>
internal sealed class Targets(TemplateSource source, IReadOnlyDictionary<string, ResourceDeclaration> declared)
{
    public void Check(Stack stack)
    {
        var queues = stack.Queues.Select(q => CloudIdentity.QueueArn(q.QueueName)).ToHashSet();
        var functions = stack.Functions.Select(f => CloudIdentity.FunctionArn(f.FunctionName)).ToHashSet();
        foreach (var function in stack.Functions)
        {
            foreach (var mapping in function.QueueMappings)
            {
                Demand(queues, function.LogicalId, "reads from", mapping.QueueArn);
                CheckVisibility(
                    function, stack.Queues.First(q => CloudIdentity.QueueArn(q.QueueName) == mapping.QueueArn));
            }

            Demand(queues, function.LogicalId, "sends failed events to", function.DeadLetterQueueArn);
            Demand(queues, function.LogicalId, "sends records of failures to", function.OnFailureQueueArn);
        }

        foreach (var queue in stack.Queues)
        {
            Demand(queues, queue.LogicalId, "redrives to", queue.RedrivePolicy?.DeadLetterTargetArn);
        }

        foreach (var bucket in stack.Buckets)
        {
            foreach (var notification in bucket.Notifications)
            {
                Demand([.. queues, .. functions], bucket.LogicalId, "notifies", notification.TargetArn);
                DemandPermission(stack, bucket, notification.TargetArn);
            }
        }

        Distinct(stack.Queues.Select(q => (q.LogicalId, q.QueueName)));
        Distinct(stack.Buckets.Select(b => (b.LogicalId, b.BucketName)));
        Distinct(stack.Functions.Select(f => (f.LogicalId, f.FunctionName)));
    }

    private void Demand(HashSet<string> known, string logicalId, string verb, string? arn)
    {
        if (arn is not null && !known.Contains(arn))
        {
            throw source.Error(
                declared[logicalId].Place,
                $"{verb} {arn}, which is not in this template; name one that is, with !GetAtt and .Arn.");
        }
    }

    private void DemandPermission(Stack stack, BucketResource bucket, string targetArn)
    {
        var arn = CloudIdentity.BucketArn(bucket.BucketName);
        if (targetArn.Contains(":sqs:", StringComparison.Ordinal)
            && !ResourcePolicies.LetSend(stack.ResourcePolicies, targetArn, arn))
        {
            throw source.Error(
                declared[bucket.LogicalId].Place,
                $"S3 refuses to notify {targetArn}, since no AWS::SQS::QueuePolicy of it allows sqs:SendMessage to the "
                + $"Service s3.amazonaws.com with the aws:SourceArn {arn}; add one.");
        }
    }

    // AWS refuses the mapping: the messages would come again while the function still has them.
    private void CheckVisibility(FunctionResource function, QueueResource queue)
    {
        if (queue.VisibilityTimeout < function.Timeout)
        {
            throw source.Error(
                declared[queue.LogicalId].Place,
                $"the VisibilityTimeout of {queue.VisibilityTimeout} s is less than the {function.Timeout} s that "
                + $"{function.LogicalId}, which reads from it, may take; six times that is what AWS advises.");
        }
    }

    private void Distinct(IEnumerable<(string LogicalId, string Name)> named)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (logicalId, name) in named)
        {
            if (!names.TryAdd(name, logicalId))
            {
                throw source.Error(
                    declared[logicalId].Place, $"the name '{name}' is also that of {names[name]}; give each its own.");
            }
        }
    }
}
