namespace PhotoLambda.Local.Template;

/// <summary>The section Rules: what must hold of the parameters together.</summary>
/// <remarks>AWSCloudFormation/latest/UserGuide/rules-section-structure.html</remarks>
internal static class Rules
{
    /// <exception cref="LocalCloudException">A rule is broken: its own description, and where it stands.</exception>
    public static void Check(TemplateSource source, MapNode? section, Conditions conditions)
    {
        foreach (var node in section?.Entries.Values ?? [])
        {
            var rule = Properties.Of(source, node);
            rule.AllowOnly("RuleCondition", "Assertions");
            if (((MapNode)node)["RuleCondition"] is { } condition && !conditions.Holds(condition))
            {
                continue;
            }

            foreach (var assertion in (((MapNode)node)["Assertions"] as ListNode)?.Items ?? [])
            {
                var properties = Properties.Of(source, assertion);
                properties.AllowOnly("Assert", "AssertDescription");
                var assert = ((MapNode)assertion)["Assert"]
                    ?? throw properties.Error(null, "the property 'Assert' is missing; add it.");
                if (!conditions.Holds(assert))
                {
                    throw properties.Error(
                        null, $"{properties.Text("AssertDescription") ?? "the parameters break this rule"}.");
                }
            }
        }
    }
}
