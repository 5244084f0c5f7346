using PhotoLambda.Local;

namespace PhotoLambda.Tests;

public class PolicyMistakeTests
{
    [Theory]
    [InlineData("NotAction: s3:GetObject", "Action: s3:PutObject, ",
        "the local cloud does not judge NotAction; write Action")]
    [InlineData("Effect: Maybe", "Effect: Deny", "an effect is Allow or Deny, not 'Maybe'")]
    [InlineData("Action: GetObject", "Action: s3:PutObject", "'GetObject' is not an action, such as s3:GetObject")]
    [InlineData("Action: []", "Action: s3:PutObject", "a statement needs Action, with at least one item")]
    [InlineData("Resource: photos", "Resource: 'arn:aws:s3:::photos/*'", "'photos' is not an ARN, or a star")]
    [InlineData("Resource: 'arn:aws:s3:::photos/${!aws:userid}'", "Resource: 'arn:aws:s3:::photos/*'", "is not an ARN")]
    [InlineData("Resource: 'arn:aws:s3:::others/*'", "Resource: 'arn:aws:s3:::photos/*'",
        "AWS refuses the resource arn:aws:s3:::others/* in a policy of arn:aws:s3:::photos")]
    [InlineData("Principal: me", "Principal: '*'", "a principal is '*', or a map of AWS or Service")]
    [InlineData("IpAddress: {aws:SourceIp: 10.0.0.0/8}", "Bool: {aws:SecureTransport: 'false'}",
        "the local cloud does not judge the operator 'IpAddress'; it knows ArnEquals")]
    [InlineData("Bool: {aws:MultiFactorAuthPresent: 'false'}", "Bool: {aws:SecureTransport: 'false'}",
        "the local cloud does not know the condition key 'aws:MultiFactorAuthPresent'; it knows aws:PrincipalAccount")]
    [InlineData("Bool: {aws:SecureTransport: 'no'}", "Bool: {aws:SecureTransport: 'false'}",
        "Bool needs true or false, not 'no'")]
    [InlineData("NumericLessThan: {s3:TlsVersion: new}", "Bool: {aws:SecureTransport: 'false'}",
        "NumericLessThan needs a number, not 'new'")]
    public void A_mistake_is_named_with_its_place(string wrong, string right, string message)
    {
        const string good = "[{Effect: Deny, Principal: '*', Action: s3:PutObject, "
            + "Resource: 'arn:aws:s3:::photos/*', Condition: {Bool: {aws:SecureTransport: 'false'}}}]";
        GuardedStore.Load("[]", good);
        var added = right.EndsWith(", ", StringComparison.Ordinal) ? wrong + ", " : wrong;
        var mistake = Assert.Throws<LocalCloudException>(
            () => GuardedStore.Load("[]", good.Replace(right, added, StringComparison.Ordinal)));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
        Assert.Matches(@"\.yaml\(1\d,\d+\)", mistake.Message);
    }
}
