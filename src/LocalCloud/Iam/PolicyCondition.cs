using System.Globalization;

namespace PhotoLambda.Local.Iam;

/// <summary>One key of a statement's <c>Condition</c>.</summary>
/// <param name="Operator">Without <c>IfExists</c>.</param>
/// <param name="Values">One of them is enough; with a <c>Not</c>, none may match.</param>
/// <remarks>IAM/latest/UserGuide/reference_policies_elements_condition_operators.html</remarks>
internal sealed record PolicyCondition(string Operator, bool IfExists, string Key, IReadOnlyList<string> Values)
{
    /// <summary>Those that are not plain text, and what a value of theirs has to be.</summary>
    private const string Truth = "true or false";

    /// <summary>What the local cloud can tell of a request.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:SecureTransport",
        "aws:SourceAccount", "aws:SourceArn", "s3:authType", "s3:if-match", "s3:if-none-match",
        "s3:ObjectCreationOperation", "s3:prefix", "s3:signatureAge", "s3:signatureversion", "s3:TlsVersion",
    ];

    public static IReadOnlyList<string> Operators { get; } =
    [
        "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Bool", "Null", "NumericEquals", "NumericGreaterThan",
        "NumericGreaterThanEquals", "NumericLessThan", "NumericLessThanEquals", "NumericNotEquals", "StringEquals",
        "StringEqualsIgnoreCase", "StringLike", "StringNotEquals", "StringNotLike",
    ];

    /// <returns>What the value has to be instead; null when it will do.</returns>
    public string? Refuse(string value) => Operator switch
    {
        "Bool" or "Null" => bool.TryParse(value, out _) ? null : Truth,
        _ when IsNumeric => Number(value) is null ? "a number" : null,
        _ => null,
    };

    public bool Holds(IReadOnlyDictionary<string, string> context)
    {
        var known = context.GetValueOrDefault(Key);
        if (Operator == "Null")
        {
            return Values.Any(value => bool.Parse(value) == known is null);
        }

        if (known is null)
        {
            return IfExists || IsNegated;
        }

        return Values.Any(value => Matches(known, value)) != IsNegated;
    }

    private bool IsNegated => Operator.Contains("Not", StringComparison.Ordinal);

    private bool IsNumeric => Operator.StartsWith("Numeric", StringComparison.Ordinal);

    private bool Matches(string known, string value) => Operator switch
    {
        "Bool" or "StringEqualsIgnoreCase" => known.Equals(value, StringComparison.OrdinalIgnoreCase),
        "StringEquals" or "StringNotEquals" => known == value,
        "NumericEquals" or "NumericNotEquals" => Number(known) == Number(value),
        "NumericLessThan" => Number(known) < Number(value),
        "NumericLessThanEquals" => Number(known) <= Number(value),
        "NumericGreaterThan" => Number(known) > Number(value),
        "NumericGreaterThanEquals" => Number(known) >= Number(value),
        // ArnEquals and ArnLike are one.
        _ => Wildcard.Matches(value, known),
    };

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null;
}
