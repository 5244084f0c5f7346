using PhotoLambda.Local;

namespace PhotoLambda.Tests;

public class RuleTests
{
    private const string Template = """
        Parameters:
          Mode: {Type: String, Default: given}
          Url: {Type: String, Default: ""}
          Stages: {Type: CommaDelimitedList, Default: "a,b"}
        Rules:
          UrlIsGiven:
            RuleCondition: !Equals [!Ref Mode, given]
            Assertions:
              - Assert: !Not [!Equals [!Ref Url, ""]]
                AssertDescription: Url is needed where Mode is given.
          ModeIsKnown:
            Assertions:
              - Assert:
                  Fn::Or:
                    - !Contains [[given, made], !Ref Mode]
                    - !And [!Contains [!Ref Stages, !Ref Mode], !Equals [a, a]]
        Resources: {}
        """;

    [Theory]
    [InlineData("given", "postgres://x")]
    [InlineData("made", "")]
    [InlineData("b", "")]
    public void Parameters_that_keep_the_rules_are_taken(string mode, string url) =>
        Templates.Load(Template, ("Mode", mode), ("Url", url));

    [Theory]
    [InlineData("given", "(9,9): Rules.UrlIsGiven.Assertions.0: the rule UrlIsGiven is violated: Url is needed where "
        + "Mode is given.")]
    [InlineData("other", "(13,9): Rules.ModeIsKnown.Assertions.0: the rule ModeIsKnown is violated: the assertion does "
        + "not hold")]
    public void A_violated_rule_is_named_with_its_place(string mode, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(Template, ("Mode", mode)));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("!Contains [a]", "!Contains takes a list of a list and a value")]
    [InlineData("!Contains [a, a]", "a list is needed here, not 'a'")]
    [InlineData("yes", "a condition is made of !Equals, !Not, !And, !Or and !Contains")]
    public void A_rule_that_cannot_be_read_is_a_mistake(string assert, string message)
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(
            $"Rules: {{A: {{Assertions: [{{Assert: {assert}}}]}}}}\nResources: {{}}"));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_list_has_no_items()
    {
        var stack = Templates.Load("""
            Parameters:
              Subnets: {Type: CommaDelimitedList, Default: ""}
            Resources: {}
            Outputs:
              All: {Value: !Join ["+", !Ref Subnets]}
            """);
        Assert.Equal("", stack.Outputs["All"]);
    }
}
