using PhotoLambda.Local;

namespace PhotoLambda.Tests;

public class SecretTests
{
    private static readonly Dictionary<string, string> Known = new()
    {
        ["local/db"] = "postgres://hidden",
        ["local/keys"] = """{"private":"hidden-key","number":7}""",
    };

    [Theory]
    [InlineData("{{resolve:secretsmanager:local/db:SecretString}}", "postgres://hidden")]
    [InlineData("{{resolve:secretsmanager:local/db}}", "postgres://hidden")]
    [InlineData("a-{{resolve:secretsmanager:local/keys:SecretString:private}}-b", "a-hidden-key-b")]
    [InlineData("{{resolve:secretsmanager:local/keys:SecretString:number:AWSCURRENT}}", "7")]
    [InlineData(
        "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:local/db-a1B2c3:SecretString}}",
        "postgres://hidden")]
    [InlineData("${Name}: {{resolve:secretsmanager:${Name}:SecretString}}", "local/db: postgres://hidden")]
    public void A_reference_is_replaced_by_its_secret(string text, string expected) =>
        Assert.Equal(expected, Load(text).Functions[0].Environment["URL"]);

    [Theory]
    [InlineData("{{resolve:secretsmanager:local/other:SecretString}}",
        "the local cloud has no secret 'local/other'; give it with --secret local/other=VALUE, or name one")]
    [InlineData("{{resolve:secretsmanager:local/db:SecretString:key}}",
        "the secret 'local/db' is not a JSON object with the key 'key'")]
    [InlineData("{{resolve:secretsmanager:local/keys:SecretString:other}}",
        "the secret 'local/keys' is not a JSON object with the key 'other'")]
    [InlineData("{{resolve:secretsmanager:local/db:SecretBinary}}", "of the secret 'local/db' there is SecretString")]
    [InlineData("{{resolve:secretsmanager:local/db:SecretString::AWSPREVIOUS}}", "at the stage AWSCURRENT")]
    public void A_reference_that_leads_nowhere_is_a_mistake(string text, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Load(text));
        Assert.Contains(".yaml(11,", mistake.Message, StringComparison.Ordinal);
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", mistake.Message, StringComparison.Ordinal);
    }

    private static Local.Template.Stack Load(string text) => Templates.Load($$"""
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Name: {Type: String, Default: local/db}
        Resources:
          Worker:
            Type: AWS::Serverless::Function
            Properties:
              Handler: Worker
              Environment:
                Variables:
                  URL: !Sub "{{text}}"
        """, Known);
}
