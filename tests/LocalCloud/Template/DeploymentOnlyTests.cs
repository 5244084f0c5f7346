using PhotoLambda.Local;

namespace PhotoLambda.Tests;

/// <summary>What a template has for AWS alone.</summary>
public class DeploymentOnlyTests
{
    private const string Nested = """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          DatabaseMode: {Type: String, Default: given}
          ExternalAuthorizer: {Type: String, Default: "false"}
        Conditions:
          MakesDatabase: !Equals [!Ref DatabaseMode, made]
          InVpc: !Condition MakesDatabase
          Authorizes: !Equals [!Ref ExternalAuthorizer, "true"]
        Resources:
          Database:
            Type: AWS::Serverless::Application
            Condition: InVpc
            Properties: {Location: database.yaml}
          Migration: {Type: Custom::Migration, Properties: {ServiceToken: x}}
          Other: {Type: AWS::CloudFormation::CustomResource, Properties: {ServiceToken: x}}
          Alarm: {Type: AWS::CloudWatch::Alarm}
          Board: {Type: AWS::CloudWatch::Dashboard}
          Topic: {Type: AWS::SNS::Topic}
          Log: {Type: AWS::Logs::LogGroup}
          Stage: {Type: AWS::ApiGatewayV2::Stage}
          Failed: {Type: AWS::SQS::Queue}
          Api:
            Type: AWS::Serverless::HttpApi
            Properties:
              DefinitionBody:
                openapi: 3.0.1
                paths:
                  /a:
                    get:
                      security: !If [Authorizes, [{Jwt: []}], !Ref AWS::NoValue]
          Worker:
            Type: AWS::Serverless::Function
            Properties:
              Handler: Worker
              Environment: {Variables: {DATABASE: !If [InVpc, !GetAtt Database.Outputs.Url, given]}}
              VpcConfig: !If
                - InVpc
                - {SubnetIds: [!GetAtt Database.Outputs.Subnet], SecurityGroupIds: [a]}
                - !Ref AWS::NoValue
              EventInvokeConfig:
                MaximumEventAgeInSeconds: 3600
                MaximumRetryAttempts: 1
                DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Failed.Arn}}
        """;

    [Fact]
    public void It_is_ignored_and_listed()
    {
        var stack = Templates.Load(Nested);
        Assert.Equal(
            ["Migration", "Other", "Alarm", "Board", "Topic", "Log", "Stage"], stack.Ignored.Select(i => i.LogicalId));
        Assert.Equal(
            "arn:aws:sqs:us-east-1:000000000000:photolambda-Failed", stack.Functions[0].OnFailureQueueArn);
    }

    [Theory]
    [InlineData("DatabaseMode", "made",
        "'Database' is a nested stack, which the local cloud does not run, and has no outputs; make its condition InVpc "
        + "false by other parameters.")]
    [InlineData("ExternalAuthorizer", "true",
        "the local cloud runs no authorizers, and the API would be open that is to be closed; switch its authorizer "
        + "off, with --parameter ExternalAuthorizer=…")]
    public void What_cannot_be_ignored_says_which_parameter_to_set(string parameter, string value, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(Nested, (parameter, value)));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Type: SQS, Destination: !GetAtt Failed.Arn", "Type: SNS", "destinations of the type SQS")]
    [InlineData("!GetAtt Failed.Arn", "x", "sends records of failures to x, which is not in this template")]
    [InlineData("OnFailure", "OnSuccess", "there is no property 'OnSuccess' here")]
    public void A_destination_must_be_a_queue_of_the_template(string written, string instead, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(
            () => Templates.Load(Nested.Replace(written, instead, StringComparison.Ordinal)));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }
}
