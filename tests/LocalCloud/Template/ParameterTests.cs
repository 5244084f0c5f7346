using PhotoLambda.Local;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public class ParameterTests
{
    [Theory]
    [InlineData("{Type: String, AllowedValues: [a, b]}", "c", "the value 'c' is not one of the AllowedValues a, b")]
    [InlineData(
        "{Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: lower case}", "aB",
        "does not match AllowedPattern [a-z]+ (lower case)")]
    [InlineData("{Type: String, AllowedPattern: '['}", "a", "this is not a regular expression")]
    [InlineData("{Type: String, MinLength: 3}", "ab", "'ab' is shorter than MinLength 3")]
    [InlineData("{Type: String, MaxLength: 1}", "ab", "'ab' is longer than MaxLength 1")]
    [InlineData("{Type: Number, MinValue: 2}", "1", "'1' is less than MinValue 2")]
    [InlineData("{Type: Number, MinValue: 0.5}", "0.4", "'0.4' is less than MinValue 0.5")]
    [InlineData("{Type: Number, MinValue: little}", "1", "a number is needed here, not 'little'")]
    [InlineData("{Type: Number, MaxValue: 2}", "3", "'3' is more than MaxValue 2")]
    [InlineData("{Type: Number}", "x", "'x' is not a number")]
    [InlineData("{Type: List<Number>}", "1,x", "'x' is not a number")]
    [InlineData(
        "{Type: String, NoEcho: true, MinLength: 30}", "secret", "the value (hidden) is shorter than MinLength 30")]
    [InlineData("{Type: String}", null, "no default and no value was given; give one, as Size=…")]
    [InlineData(
        "{Type: 'AWS::SSM::Parameter::Value<String>', Default: /name}", null, "no default and no value was given")]
    [InlineData("{Type: Text}", "a", "there is no parameter type 'Text'")]
    [InlineData("{Default: a}", "a", "the property 'Type' is missing")]
    [InlineData("{Type: String, NoEcho: maybe}", "a", "true or false is needed here, not 'maybe'")]
    [InlineData("{Type: String, MinLength: few}", "a", "a whole number is needed here, not 'few'")]
    [InlineData("{Type: String, Defualt: a}", "a", "there is no property 'Defualt' here; did you mean 'Default'?")]
    public void A_value_against_the_rules_is_refused(string declaration, string? value, string message)
    {
        var yaml = $"Parameters:\n  Size: {declaration}\nResources: {{}}\n";
        (string, string)[] given = value is null ? [] : [("Size", value)];

        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(yaml, given));

        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        Assert.Contains("(2,", mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_given_by_the_caller_replaces_the_default()
    {
        const string yaml = """
            Parameters: {Name: {Type: String, Default: a}}
            Resources: {}
            Outputs: {Value: {Value: !Ref Name}}
            """;

        Assert.Equal("a", Templates.Load(yaml).Outputs["Value"]);
        Assert.Equal("b", Templates.Load(yaml, ("Name", "b")).Outputs["Value"]);
    }

    [Fact]
    public void A_value_for_no_parameter_is_refused()
    {
        var mistake = Assert.Throws<LocalCloudException>(() => Templates.Load(
            "Parameters: {Name: {Type: String}}\nResources: {}", ("Nmae", "b")));

        Assert.Contains(
            "the template has no parameter 'Nmae'; did you mean 'Name'?", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_declared_parameters_are_known_before_values_are_given()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "Parameters: {Secret: {Type: String, NoEcho: true}}\nResources: {}");

        var declared = TemplateFile.Open(path).Parameters["Secret"];

        File.Delete(path);
        Assert.True(declared.NoEcho);
        Assert.Null(declared.Default);
    }
}
