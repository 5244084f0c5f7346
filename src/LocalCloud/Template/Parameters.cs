using System.Globalization;
using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Template;

/// <summary>One entry of the section Parameters.</summary>
/// <param name="NoEcho">Its value is a secret: no message shows it.</param>
internal sealed record ParameterDeclaration(string Name, string Type, string? Default, bool NoEcho)
{
    private Properties Rules { get; init; } = null!;

    public static IReadOnlyDictionary<string, ParameterDeclaration> ReadAll(TemplateSource source, MapNode? section) =>
        (section?.Entries ?? new Dictionary<string, Node>())
        .ToDictionary(e => e.Key, e => Read(e.Key, Properties.Of(source, e.Value)), StringComparer.Ordinal);

    /// <param name="given">What the caller gives in place of the default, or null.</param>
    public Node Value(string? given)
    {
        var value = given ?? Default ?? throw Rules.Error(
            null, $"the parameter has no default and no value was given; give one, as {Name}=…, or add a Default.");
        var isList = Type.StartsWith("List<", StringComparison.Ordinal) || Type == "CommaDelimitedList";
        // An empty list has no items, rather than an empty one.
        List<string> values = !isList ? [value]
            : value.Length == 0 ? []
            : [.. value.Split(',').Select(v => v.Trim())];
        values.ForEach(Check);
        return isList
            ? new ListNode(Rules.Place, [.. values.Select(v => new TextNode(Rules.Place, v))])
            : new TextNode(Rules.Place, value);
    }

    private static ParameterDeclaration Read(string name, Properties rules)
    {
        rules.AllowOnly(
            "Type", "Default", "NoEcho", "AllowedValues", "AllowedPattern", "MinLength", "MaxLength", "MinValue",
            "MaxValue",
            "Description", "ConstraintDescription");
        var type = rules.Required("Type");
        if (type is not ("String" or "Number" or "CommaDelimitedList" or "List<Number>")
            && !type.StartsWith("AWS::", StringComparison.Ordinal)
            && !type.StartsWith("List<AWS::", StringComparison.Ordinal))
        {
            throw rules.Error(
                "Type",
                $"there is no parameter type '{type}'; use String, Number, CommaDelimitedList or List<Number>.");
        }

        // The default of an AWS::SSM::Parameter::Value<…> is the name of a parameter in a store that is not here.
        var isStored = type.StartsWith("AWS::SSM::Parameter::Value<", StringComparison.Ordinal);
        var otherwise = isStored ? null : rules.Text("Default");
        return new ParameterDeclaration(name, type, otherwise, rules.Flag("NoEcho")) { Rules = rules };
    }

    private void Check(string value)
    {
        if (Type.Contains("Number", StringComparison.Ordinal))
        {
            CheckNumber(value);
        }

        Demand(
            !Rules.Has("AllowedValues") || Rules.Texts("AllowedValues").Contains(value), value,
            $"is not one of the AllowedValues {string.Join(", ", Rules.Texts("AllowedValues"))}");
        Demand(
            value.Length >= Rules.Number("MinLength", 0), value,
            $"is shorter than MinLength {Rules.Text("MinLength")}");
        Demand(
            value.Length <= Rules.Number("MaxLength", int.MaxValue), value,
            $"is longer than MaxLength {Rules.Text("MaxLength")}");
        if (Rules.Text("AllowedPattern") is { } pattern)
        {
            Demand(Matches(value, pattern), value, $"does not match AllowedPattern {pattern}");
        }
    }

    private bool Matches(string value, string pattern)
    {
        try
        {
            return Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (RegexParseException mistake)
        {
            throw Rules.Error("AllowedPattern", $"this is not a regular expression: {mistake.Message}");
        }
    }

    private void CheckNumber(string value)
    {
        Demand(
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number), value,
            "is not a number");
        Demand(!(number < Limit("MinValue")), value, $"is less than MinValue {Rules.Text("MinValue")}");
        Demand(!(number > Limit("MaxValue")), value, $"is more than MaxValue {Rules.Text("MaxValue")}");
    }

    private double? Limit(string name) => Rules.Text(name) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var limit) => limit,
        var text => throw Rules.Error(name, $"a number is needed here, not '{text}'."),
    };

    private void Demand(bool holds, string value, string otherwise)
    {
        if (!holds)
        {
            var hint = Rules.Text("ConstraintDescription") is { } description ? $" ({description})" : "";
            throw Rules.Error(
                null, $"the value {(NoEcho ? "(hidden)" : $"'{value}'")} {otherwise}{hint}; give another.");
        }
    }
}
