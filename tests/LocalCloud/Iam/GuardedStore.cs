using Amazon.S3;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>A bucket and a function that is granted something on it.</summary>
internal sealed class GuardedStore : IAsyncDisposable
{
    private GuardedStore(S3Server server, AccessControl access, Principal worker, List<string> said)
    {
        (Server, Access, Said) = (server, access, said);
        Worker = server.NewClient(worker);
    }

    public S3Server Server { get; }

    public AccessControl Access { get; }

    /// <summary>Lines of the console.</summary>
    public List<string> Said { get; }

    /// <summary>Signs as the function.</summary>
    public AmazonS3Client Worker { get; }

    /// <param name="policies">YAML in one line: the property Policies of the function.</param>
    /// <param name="bucketPolicy">YAML in one line: the statements of the bucket's policy.</param>
    public static async Task<GuardedStore> StartAsync(string policies, string bucketPolicy = "[]")
    {
        var stack = Load(policies, bucketPolicy);
        var said = new List<string>();
        var access = new AccessControl(stack.Functions, stack.ResourcePolicies, said.Add);
        var server = await S3Server.StartAsync(bucket: stack.Buckets[0], access: access);
        return new GuardedStore(server, access, Principal.Of(stack.Functions[0]), said);
    }

    public static Stack Load(string policies, string bucketPolicy = "[]") => Templates.Load($$"""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Worker:
            Type: AWS::Serverless::Function
            Properties:
              Handler: Worker
              Policies: {{policies}}
          PhotoBucket:
            Type: AWS::S3::Bucket
            Properties: {BucketName: photos}
          Guard:
            Type: AWS::S3::BucketPolicy
            Properties:
              Bucket: !Ref PhotoBucket
              PolicyDocument:
                Statement: {{bucketPolicy}}
        """);

    public async ValueTask DisposeAsync()
    {
        Worker.Dispose();
        await Server.DisposeAsync();
    }
}
