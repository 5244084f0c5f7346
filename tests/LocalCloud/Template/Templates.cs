using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>Templates written for one test.</summary>
internal static class Templates
{
    public static readonly Uri Queues = new("http://127.0.0.1:4566");

    public static Stack Load(string yaml, params (string Name, string Value)[] parameters) =>
        Load(yaml, new Dictionary<string, string>(), parameters);

    public static Stack Load(
        string yaml, IReadOnlyDictionary<string, string> secrets, params (string Name, string Value)[] parameters)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, yaml);
        try
        {
            return TemplateFile.Load(path, parameters.ToDictionary(p => p.Name, p => p.Value), Queues, secrets);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The value that an expression gives, seen as an output.</summary>
    public static string Output(string expression, string sections = "") => Load($"""
        Transform: AWS::Serverless-2016-10-31
        {sections}
        Resources:
          Jobs: {"{Type: AWS::SQS::Queue}"}
          Photos:
            Type: AWS::S3::Bucket
            Properties: {"{BucketName: photos-of-ours}"}
          Worker:
            Type: AWS::Serverless::Function
            Properties: {"{Handler: Functions.Worker}"}
          Front: {"{Type: AWS::Serverless::HttpApi}"}
          Alarm: {"{Type: AWS::CloudWatch::Alarm}"}
        Outputs:
          Value:
            Value: {expression}
        """).Outputs["Value"];
}
