namespace PhotoLambda.Local.Template;

/// <param name="QueueBaseUrl">Where SQS listens; a queue's URL is this, the account and the name.</param>
internal sealed record StackIdentity(string StackName, Uri QueueBaseUrl)
{
    /// <returns>A pseudo parameter's value, or null when there is none of that name.</returns>
    public string? Pseudo(string name) => name switch
    {
        "AWS::Region" => CloudIdentity.Region,
        "AWS::AccountId" => CloudIdentity.AccountId,
        "AWS::Partition" => "aws",
        "AWS::StackName" => StackName,
        "AWS::StackId" =>
            $"arn:aws:cloudformation:{CloudIdentity.Region}:{CloudIdentity.AccountId}:stack/{StackName}/local",
        "AWS::URLSuffix" => "amazonaws.com",
        _ => null,
    };

    public static bool IsPseudo(string name) => name.StartsWith("AWS::", StringComparison.Ordinal);
}
