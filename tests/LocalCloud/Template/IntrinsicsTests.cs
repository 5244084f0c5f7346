using PhotoLambda.Local;

namespace PhotoLambda.Tests;

public class IntrinsicsTests
{
    private const string Sections = """
        Parameters:
          Stage: {Type: String, Default: prod}
          Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
          Count: {Type: Number, Default: 3}
        Mappings:
          Sizes:
            prod: {memory: 1024, zones: [x, y]}
        Conditions:
          IsProd: !Equals [!Ref Stage, prod]
          IsNot: {"Fn::Not": [{Condition: IsProd}]}
          Both: !And [!Condition IsProd, !Not [!Condition IsNot]]
          Either: !Or [!Condition IsNot, !Equals [a, a], !Equals [a, b]]
        """;

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("!Ref Stage", "prod")]
    [InlineData("{Ref: Count}", "3")]
    [InlineData("!Join ['-', !Ref Zones]", "a-b-c")]
    [InlineData("{\"Fn::Join\": [\"\", [x, !Ref Stage]]}", "xprod")]
    [InlineData("!Select [1, !Ref Zones]", "b")]
    [InlineData("!Select ['2', !Split ['|', 'p|q|r']]", "r")]
    [InlineData("!FindInMap [Sizes, !Ref Stage, memory]", "1024")]
    [InlineData("!Select [1, !FindInMap [Sizes, prod, zones]]", "y")]
    [InlineData("!If [IsProd, yes, no]", "yes")]
    [InlineData("!If [IsNot, yes, no]", "no")]
    [InlineData("!If [Both, yes, no]", "yes")]
    [InlineData("{\"Fn::If\": [Either, yes, no]}", "yes")]
    [InlineData("!Base64 hi", "aGk=")]
    [InlineData("!Join ['', [a, !Ref AWS::NoValue, !If [IsProd, !Ref AWS::NoValue, b]]]", "a")]
    [InlineData("!Sub 'a-${Stage}-${AWS::Region}'", "a-prod-us-east-1")]
    [InlineData("!Sub '${!Stage} ${Jobs.QueueName}'", "${Stage} photolambda-Jobs")]
    [InlineData("!Sub ['${Mine}/${Stage}', {Mine: !Ref Count}]", "3/prod")]
    [InlineData(
        "!Sub 'https://${Front}.execute-api.${AWS::Region}.${AWS::URLSuffix}'",
        "https://front.execute-api.us-east-1.amazonaws.com")]
    [InlineData("!Join ['', ['arn:', !Ref AWS::Partition, ':', !Ref AWS::AccountId]]", "arn:aws:000000000000")]
    [InlineData("!Ref AWS::StackName", "photolambda")]
    [InlineData("!Ref Jobs", "http://127.0.0.1:4566/000000000000/photolambda-Jobs")]
    [InlineData("!GetAtt Jobs.Arn", "arn:aws:sqs:us-east-1:000000000000:photolambda-Jobs")]
    [InlineData("!GetAtt [Jobs, QueueName]", "photolambda-Jobs")]
    [InlineData("{\"Fn::GetAtt\": [Jobs, QueueUrl]}", "http://127.0.0.1:4566/000000000000/photolambda-Jobs")]
    [InlineData("!Ref Photos", "photos-of-ours")]
    [InlineData("!GetAtt Photos.Arn", "arn:aws:s3:::photos-of-ours")]
    [InlineData("!GetAtt Photos.RegionalDomainName", "photos-of-ours.s3.us-east-1.amazonaws.com")]
    [InlineData("!GetAtt Photos.DomainName", "photos-of-ours.s3.amazonaws.com")]
    [InlineData("!Ref Worker", "photolambda-Worker")]
    [InlineData("!GetAtt Worker.Arn", "arn:aws:lambda:us-east-1:000000000000:function:photolambda-Worker")]
    [InlineData("!Ref Front", "front")]
    [InlineData("!GetAtt Front.ApiEndpoint", "https://front.execute-api.us-east-1.amazonaws.com")]
    [InlineData("!Ref WorkerRole", "workerrole")]
    [InlineData("!GetAtt WorkerRole.Arn", "arn:aws:iam::000000000000:role/photolambda-WorkerRole")]
    [InlineData("!Ref Alarm", "photolambda-Alarm")]
    [InlineData("!GetAtt Alarm.Arn", "arn:aws:local:us-east-1:000000000000:photolambda-Alarm")]
    [InlineData("!GetAtt Alarm.Name", "photolambda-Alarm-Name")]
    public void A_function_gives_its_value(string expression, string expected) =>
        Assert.Equal(expected, Templates.Output(expression, Sections));

    [Theory]
    [InlineData("!Reff Stage", "!Reff is not a function of CloudFormation; did you mean 'Ref'?")]
    [InlineData("{\"Fn::Joim\": [a, b]}", "Fn::Joim is not a function of CloudFormation; did you mean 'Join'?")]
    [InlineData("{\"Fn::Join\": ['', [a]], Other: 1}", "Fn::Join must be the only key of its map")]
    [InlineData("!Ref Stag", "there is no parameter or resource 'Stag'; did you mean 'Stage'?")]
    [InlineData("!Sub 'a${Nothing.At.All}'", "there is no parameter or resource 'Nothing'")]
    [InlineData("!Sub 'a${b c}'", "'${b c}' in !Sub is not a name in braces")]
    [InlineData("!Sub 'a${open'", "'${open' in !Sub is not a name in braces")]
    [InlineData("!Sub [a, b, c]", "!Sub takes a text, or a list of a text and a map")]
    [InlineData("!GetAtt Jobs.Size", "AWS::SQS::Queue has no attribute 'Size' here")]
    [InlineData("!GetAtt Jobs", "!GetAtt takes Resource.Attribute")]
    [InlineData("!Join [a, b, c]", "!Join takes a list of a delimiter and a list of texts, and got a list")]
    [InlineData("!Join ['', text]", "a list is needed here, not 'text'")]
    [InlineData("!Join ['', [[a]]]", "a text is needed here, not a list")]
    [InlineData("!Ref AWS::NoValue", "a text is needed here, not AWS::NoValue")]
    [InlineData("!Select [7, !Ref Zones]", "!Select has no item 7 in a list of 3")]
    [InlineData("!Select [x, !Ref Zones]", "!Select has no item x")]
    [InlineData("!FindInMap [Sizes, prod, memry]", "'memry' is not in the mapping; did you mean 'memory'?")]
    [InlineData("!FindInMap [Size, prod, memory]", "'Size' is not in the mapping; did you mean 'Sizes'?")]
    [InlineData("!If [IsProd, a]", "!If takes a list of a condition's name and two values")]
    [InlineData("!If [IsProduction, a, b]", "there is no condition 'IsProduction'")]
    [InlineData("!Equals [a, b]", "!Equals belongs into the section Conditions")]
    [InlineData("!ImportValue other-stack-queue", "!ImportValue reads another stack's output")]
    [InlineData("!GetAZs ''", "!GetAZs is not supported by the local cloud")]
    public void A_wrong_function_is_explained(string expression, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Output(expression, Sections));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        Assert.Contains("Outputs.Value", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A: !Condition B\n  B: !Condition A", "the condition 'A' needs itself")]
    [InlineData("A: !Equals [a]", "!Equals takes a list of two values")]
    [InlineData("A: !Not a", "!Not takes a list of one condition")]
    [InlineData("A: !And [!Equals [a, a]]", "!And takes a list of 2 to 10 conditions")]
    [InlineData("A: yes", "a condition is made of !Equals, !Not, !And, !Or and !Condition; this is 'yes'")]
    [InlineData("A: !Condition C", "there is no condition 'C'")]
    public void A_wrong_condition_is_explained(string conditions, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(
            () => Templates.Output("!If [A, a, b]", $"Conditions:\n  {conditions}"));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }
}
