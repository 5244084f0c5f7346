using PhotoLambda.Local.Iam;

namespace PhotoLambda.Tests;

public class PolicyConditionTests
{
    private static readonly Dictionary<string, string> Context = new(StringComparer.OrdinalIgnoreCase)
    {
        ["aws:SourceArn"] = "arn:aws:s3:::photos",
        ["s3:signatureAge"] = "900000",
        ["aws:SecureTransport"] = "true",
    };

    [Theory]
    [InlineData("StringEquals", "aws:SourceArn", "arn:aws:s3:::photos", true)]
    [InlineData("StringEquals", "AWS:sourcearn", "arn:aws:s3:::Photos", false)]
    [InlineData("StringEqualsIgnoreCase", "aws:SourceArn", "arn:aws:s3:::Photos", true)]
    [InlineData("StringNotEquals", "aws:SourceArn", "x", true)]
    [InlineData("StringLike", "aws:SourceArn", "arn:*:ph?tos", true)]
    [InlineData("StringNotLike", "aws:SourceArn", "arn:*", false)]
    [InlineData("ArnEquals", "aws:SourceArn", "arn:aws:s3:::pho*", true)]
    [InlineData("ArnNotLike", "aws:SourceArn", "arn:aws:s3:::other", true)]
    [InlineData("Bool", "aws:SecureTransport", "TRUE", true)]
    [InlineData("Bool", "aws:SecureTransport", "false", false)]
    [InlineData("NumericGreaterThan", "s3:signatureAge", "900000", false)]
    [InlineData("NumericGreaterThanEquals", "s3:signatureAge", "900000", true)]
    [InlineData("NumericLessThan", "s3:signatureAge", "900000.5", true)]
    [InlineData("NumericLessThanEquals", "s3:signatureAge", "899999", false)]
    [InlineData("NumericEquals", "s3:signatureAge", "9e5", false)]
    [InlineData("NumericNotEquals", "s3:signatureAge", "1", true)]
    [InlineData("Null", "s3:signatureAge", "true", false)]
    [InlineData("Null", "s3:signatureAge", "false", true)]
    [InlineData("Null", "s3:if-none-match", "true", true)]
    // A key that a request does not have meets nothing, and so meets what is negated.
    [InlineData("StringEquals", "s3:prefix", "a", false)]
    [InlineData("StringNotEquals", "s3:prefix", "a", true)]
    [InlineData("NumericLessThan", "s3:max", "1", false)]
    public void An_operator_compares_as_documented(string name, string key, string value, bool holds) =>
        Assert.Equal(holds, new PolicyCondition(name, false, key, [value]).Holds(Context));

    [Fact]
    public void A_key_that_is_missing_meets_a_condition_if_it_exists() =>
        Assert.True(new PolicyCondition("StringEquals", true, "s3:prefix", ["a"]).Holds(Context));

    [Theory]
    [InlineData("StringEquals", true)]
    [InlineData("StringNotEquals", false)]
    public void One_of_several_values_is_enough(string name, bool holds) => Assert.Equal(
        holds, new PolicyCondition(name, false, "aws:SourceArn", ["x", "arn:aws:s3:::photos"]).Holds(Context));
}
