using System.Text.RegularExpressions;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.Template;

/// <summary>Policies, with what the local cloud can judge; what it cannot is a mistake, not a guess.</summary>
/// <remarks>IAM/latest/UserGuide/reference_policies_elements.html</remarks>
internal static partial class PolicyReader
{
    /// <summary>They grant what no program of the local cloud asks for: logs, traces, a poller's work.</summary>
    private static readonly string[] OfLambdaItself =
    [
        "AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole", "AWSLambdaSQSQueueExecutionRole",
        "AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess", "CloudWatchLambdaInsightsExecutionRolePolicy",
    ];

    /// <summary>The property <c>Policies</c> of a function.</summary>
    public static FunctionPolicies OfFunction(Properties function)
    {
        var (statements, unjudged) = (new List<PolicyStatement>(), new List<string>());
        if (function.Has("Role"))
        {
            unjudged.Add("Role");
        }

        foreach (var policy in function.Nodes("Policies"))
        {
            if (policy is TextNode name)
            {
                unjudged.AddRange(OfLambdaItself.Contains(name.Text.Split('/')[^1]) ? [] : [name.Text]);
                continue;
            }

            var document = function.Of(policy);
            if (document.Has("Statement"))
            {
                statements.AddRange(Statements(document, hasPrincipal: false));
            }
            else
            {
                // A policy template of SAM.
                unjudged.AddRange(document.Keys);
            }
        }

        return new FunctionPolicies(statements, unjudged, function.At("Policies"));
    }

    /// <param name="document">A policy document.</param>
    /// <param name="hasPrincipal">Whether it is of a bucket or queue rather than of a role.</param>
    public static IEnumerable<PolicyStatement> Statements(Properties document, bool hasPrincipal)
    {
        document.AllowOnly("Version", "Id", "Statement");
        return document.Nodes("Statement").Select(node => Statement(document.Of(node), hasPrincipal)).ToList();
    }

    private static PolicyStatement Statement(Properties statement, bool hasPrincipal)
    {
        foreach (var inverse in (string[])["NotAction", "NotResource", "NotPrincipal"])
        {
            if (statement.Has(inverse))
            {
                throw statement.Error(inverse, $"the local cloud does not judge {inverse}; write {inverse[3..]}.");
            }
        }

        statement.AllowOnly(
            hasPrincipal
                ? ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"]
                : ["Sid", "Effect", "Action", "Resource", "Condition"]);
        var effect = statement.Required("Effect");
        return new PolicyStatement(
            effect is "Allow" or "Deny" ? effect == "Allow" : throw statement.Error(
                "Effect", $"an effect is Allow or Deny, not '{effect}'."),
            hasPrincipal ? Principals(statement) : null,
            Some(statement, "Action", ActionForm(), "an action, such as s3:GetObject"),
            Some(statement, "Resource", ResourceForm(), "an ARN, or a star"),
            [.. Conditions(statement)],
            statement.At(null));
    }

    private static IReadOnlyList<string> Some(Properties statement, string name, Regex form, string what)
    {
        var texts = statement.Texts(name, orSingle: true);
        return texts.Count == 0
            ? throw statement.Error(name, $"a statement needs {name}, with at least one item.")
            : texts.FirstOrDefault(text => !form.IsMatch(text)) is { } wrong
                ? throw statement.Error(name, $"'{wrong}' is not {what}.")
                : texts;
    }

    private static List<string> Principals(Properties statement)
    {
        if (statement.IsText("Principal"))
        {
            return statement.Text("Principal") == "*"
                ? ["*"]
                : throw statement.Error("Principal", "a principal is '*', or a map of AWS or Service.");
        }

        var principals = statement.RequiredMap("Principal");
        principals.AllowOnly("AWS", "Service");
        return
        [
            .. from kind in principals.Keys
               from name in principals.Texts(kind, orSingle: true)
               select $"{kind}:{name}",
        ];
    }

    private static IEnumerable<PolicyCondition> Conditions(Properties statement)
    {
        var conditions = statement.Map("Condition");
        foreach (var written in conditions?.Keys ?? [])
        {
            var ifExists = written != "NullIfExists" && written.EndsWith("IfExists", StringComparison.Ordinal);
            var name = ifExists ? written[..^"IfExists".Length] : written;
            if (!PolicyCondition.Operators.Contains(name))
            {
                throw conditions!.Error(
                    written,
                    $"the local cloud does not judge the operator '{written}'; it knows "
                    + $"{string.Join(", ", PolicyCondition.Operators)}, each but Null also with IfExists.");
            }

            var keys = conditions!.RequiredMap(written);
            foreach (var key in keys.Keys)
            {
                yield return Condition(keys, name, ifExists, key);
            }
        }
    }

    private static PolicyCondition Condition(Properties keys, string name, bool ifExists, string key)
    {
        if (!PolicyCondition.Keys.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            throw keys.Error(
                key,
                $"the local cloud does not know the condition key '{key}'; it knows "
                + $"{string.Join(", ", PolicyCondition.Keys)}.");
        }

        var condition = new PolicyCondition(name, ifExists, key, keys.Texts(key, orSingle: true));
        foreach (var value in condition.Values)
        {
            if (condition.Refuse(value) is { } needed)
            {
                throw keys.Error(key, $"{name} needs {needed}, not '{value}'.");
            }
        }

        return condition;
    }

    [GeneratedRegex(@"^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$")]
    private static partial Regex ActionForm();

    // Variables of policies, ${aws:username} and the like, are not judged.
    [GeneratedRegex(@"^(\*|arn:[^$]+)$")]
    private static partial Regex ResourceForm();
}
