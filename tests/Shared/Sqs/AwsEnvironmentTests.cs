using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

public class AwsEnvironmentTests
{
    private readonly Dictionary<string, string?> _variables = new()
    {
        ["AWS_REGION"] = "eu-central-1",
        ["AWS_ACCESS_KEY_ID"] = "key",
        ["AWS_SECRET_ACCESS_KEY"] = "secret",
    };

    [Fact]
    public void On_aws_the_endpoints_are_those_of_the_region()
    {
        _variables["AWS_SESSION_TOKEN"] = "token";

        var environment = Read();

        Assert.Equal(new AwsEnvironment("eu-central-1", new AwsCredentials("key", "secret", "token")), environment);
        Assert.Equal("https://sqs.eu-central-1.amazonaws.com/", environment.SqsEndpoint.AbsoluteUri);
        Assert.Equal("https://s3.eu-central-1.amazonaws.com/", environment.S3Endpoint.AbsoluteUri);
    }

    [Fact]
    public void China_has_a_domain_of_its_own()
    {
        _variables["AWS_REGION"] = "cn-north-1";
        Assert.Equal("https://sqs.cn-north-1.amazonaws.com.cn/", Read().SqsEndpoint.AbsoluteUri);
    }

    [Fact]
    public void The_endpoint_of_one_service_wins_over_that_of_all()
    {
        _variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:4566";
        _variables["AWS_ENDPOINT_URL_SQS"] = "http://127.0.0.1:9324";

        Assert.Equal("http://127.0.0.1:9324/", Read().SqsEndpoint.AbsoluteUri);
        Assert.Equal("http://127.0.0.1:4566/", Read().S3Endpoint.AbsoluteUri);
    }

    [Fact]
    public void The_default_region_serves_where_no_region_is_set()
    {
        _variables.Remove("AWS_REGION");
        _variables["AWS_DEFAULT_REGION"] = "us-west-2";
        Assert.Equal("us-west-2", Read().Region);
    }

    [Theory]
    [InlineData("AWS_REGION")]
    [InlineData("AWS_ACCESS_KEY_ID")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    public void A_missing_variable_is_named(string name)
    {
        _variables[name] = " ";
        var error = Assert.Throws<SettingException>(Read);
        Assert.StartsWith($"{name} is not set.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:4566")]
    [InlineData("ftp://localhost")]
    [InlineData("/sqs")]
    public void An_endpoint_that_is_no_url_is_named(string value)
    {
        _variables["AWS_ENDPOINT_URL_S3"] = value;
        var error = Assert.Throws<SettingException>(Read);
        Assert.Contains("AWS_ENDPOINT_URL_S3", error.Message, StringComparison.Ordinal);
    }

    private AwsEnvironment Read() => AwsEnvironment.Read(_variables.GetValueOrDefault);
}
