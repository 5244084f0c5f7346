using PhotoLambda.Local;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public class TemplateSyntaxTests
{
    [Theory]
    [InlineData("", "(1,1): the file is empty")]
    [InlineData("just text", "(1,1): a template is a map with the section Resources, not 'just text'")]
    [InlineData("Description: x", "the section Resources is missing")]
    [InlineData("Resource: {}", "there is no section 'Resource'; did you mean 'Resources'?")]
    [InlineData("Resources: [a]", "(1,12): Resources: the section must be a map, not a list")]
    [InlineData("Resources:\n\tJobs: {}", "(2,1): a tab indents this line")]
    [InlineData("Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n\t  X: 1", "(4,1): a tab indents this line")]
    [InlineData("Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n  \tX: 1", "(4,3): a tab indents this line")]
    [InlineData("Resources:\n  Jobs: {Type: AWS::SQS::Queue", "this is not valid YAML")]
    [InlineData(
        "Resources:\n  A: {Type: AWS::SQS::Queue}\n  A: {Type: AWS::SQS::Queue}",
        "(3,3): Resources: the key 'A' is there twice")]
    [InlineData("Resources: *nothing", "the alias *nothing has no anchor before it")]
    [InlineData("Resources: {}\n---\nResources: {}", "a second YAML document begins here")]
    [InlineData("? [a]\n: b", "a key must be plain text")]
    [InlineData(
        "Resources:\n  My-Queue: {Type: AWS::SQS::Queue}",
        "the logical id 'My-Queue' may have letters and digits only")]
    [InlineData("Resources:\n  Jobs: AWS::SQS::Queue", "Resources.Jobs: a map is needed here, not 'AWS::SQS::Queue'")]
    [InlineData("Resources:\n  Jobs: {Properties: {}}", "Resources.Jobs: the property 'Type' is missing")]
    [InlineData("Resources:\n  Jobs: {Type: Queue}", "'Queue' is not a resource type")]
    [InlineData(
        "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: [a]}",
        "Resources.Jobs.Properties: a map is needed here, not a list")]
    [InlineData(
        "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Propertys: {}}",
        "there is no property 'Propertys' here; did you mean 'Properties'?")]
    [InlineData(
        "Resources:\n  F: {Type: AWS::Serverless::Function}",
        "AWS::Serverless::Function needs SAM; add the line 'Transform:")]
    [InlineData(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Functon}",
        "did you mean 'Function'?")]
    [InlineData(
        "Resources:\n  A:\n    Type: AWS::SQS::Queue\n   Properties: {}", "(4,4): this is not valid YAML")]
    [InlineData(
        "Resources:\n  A:\n    Type: AWS::SQS::Queue\n      Properties: {}", "(4,")]
    [InlineData("{\"Resources\": {\"A\": {\"Type\": \"AWS::SQS::Queue\"}}", "this is not valid YAML")]
    [InlineData(
        "{\"Resources\":\n {\"A\": {\"Type\": \"AWS::SQS::Queue\",\n  \"Properties\": {\"Delay\": 5}}}}",
        "(3,27): Resources.A.Properties.Delay: there is no property 'Delay' here")]
    [InlineData(
        "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Refer B}}",
        "(2,54): Resources.A.Properties.QueueName")]
    [InlineData(
        "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt B.Arm}}\n"
            + "  B: {Type: AWS::SQS::Queue}",
        "Resources.A.Properties")]
    [InlineData(
        "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${B}'}}",
        "there is no parameter or resource 'B'")]
    [InlineData(
        "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [A, B, C]}}", "Resources.A")]
    [InlineData("Resource:\n  A: {Type: AWS::SQS::Queue}", "did you mean 'Resources'?")]
    [InlineData("Globals: {Lambda: {}}\nResources: {}", "Globals has maps of properties for Function")]
    [InlineData("Resources: {}\nOutputs: {A: {Description: b}}", "Outputs.A: the property 'Value' is missing")]
    public void A_broken_template_is_explained_with_its_place(string yaml, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        Assert.Contains(".yaml(", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_template_is_explained()
    {
        var mistake = Assert.Throws<LocalCloudException>(() => TemplateFile.Open("/nowhere/template.yaml"));
        Assert.Contains(
            "/nowhere/template.yaml: the template cannot be read", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_and_anchors_are_read_too()
    {
        var json = Templates.Load(
            """{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5}}}}""");
        var anchors = Templates.Load("""
            Resources:
              A: {Type: AWS::SQS::Queue, Properties: &common {DelaySeconds: !!int 7}}
              B: {Type: AWS::SQS::Queue, Properties: *common}
            """);

        Assert.Equal(5, Assert.Single(json.Queues).DelaySeconds);
        Assert.Equal([7, 7], anchors.Queues.Select(q => q.DelaySeconds));
    }

    [Fact]
    public void A_tab_inside_a_block_of_text_is_text()
    {
        var stack = Templates.Load("Resources: {}\nOutputs:\n  A:\n    Value: |-\n      all:\n      \tmake\n");
        Assert.Equal("all:\n\tmake", stack.Outputs["A"]);
    }

    [Theory]
    [InlineData("A: {Type: AWS::SQS::Queue, DependsOn: A}", "circular reference A → A")]
    [InlineData(
        "A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${B.QueueName}x'}}\n"
        + "  B: {Type: AWS::SQS::Queue, Properties: {Tags: [!Ref A]}}",
        "circular reference A → B → A")]
    [InlineData(
        "A: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Qeue]}}",
        "there is no parameter or resource 'Qeue'")]
    [InlineData("A: {Type: AWS::SQS::Queue, DependsOn: [B]}", "there is no parameter or resource 'B'")]
    [InlineData(
        "F: {Type: AWS::Serverless::Function, Properties: {Handler: A, Environment: {Variables: {URL: !Ref P}}, "
        + "Events: {E: {Type: HttpApi, Properties: {ApiId: !Ref P, Path: /, Method: GET}}}}}\n"
        + "  P: {Type: AWS::Serverless::HttpApi}",
        "circular reference F → P → F")]
    public void References_that_cloudformation_refuses_are_refused(string resources, string message)
    {
        var yaml = $"Transform: AWS::Serverless-2016-10-31\nResources:\n  {resources}";
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_whose_condition_is_false_is_not_there()
    {
        const string yaml = """
            Parameters: {Debug: {Type: String, Default: "no"}}
            Conditions: {IsDebug: !Equals [!Ref Debug, "yes"]}
            Resources:
              Extra: {Type: AWS::SQS::Queue, Condition: IsDebug}
            Outputs:
              Url: {Condition: IsDebug, Value: !Ref Extra}
            """;

        Assert.Empty(Templates.Load(yaml).Queues);
        Assert.Empty(Templates.Load(yaml).Outputs);
        Assert.Single(Templates.Load(yaml, ("Debug", "yes")).Queues);
        var mistake = Assert.Throws<LocalCloudException>(
            () => Templates.Load(yaml.Replace("Condition: IsDebug, Value", "Value", StringComparison.Ordinal)));
        Assert.Contains(
            "'Extra' is not there when its condition IsDebug is false", mistake.Message, StringComparison.Ordinal);
    }
}
