namespace PhotoLambda.Local.Template;

/// <summary>The section Rules: what parameters have to be to each other.</summary>
/// <remarks>AWSCloudFormation/latest/UserGuide/rules-section-structure.html</remarks>
internal sealed class Rules(TemplateSource source, MapNode? section, Conditions test)
{
    /// <exception cref="LocalCloudException">An assertion does not hold.</exception>
    public void Check()
    {
        foreach (var (name, node) in section?.Entries ?? new Dictionary<string, Node>())
        {
            var rule = Properties.Of(source, node);
            rule.AllowOnly("RuleCondition", "Assertions");
            if (rule.Nodes("Assertions").Count == 0)
            {
                throw rule.Error(null, "a rule needs Assertions, with at least one Assert.");
            }

            if (rule.Nodes("RuleCondition") is [] || test.Test(rule.Nodes("RuleCondition")[0]))
            {
                foreach (var assertion in rule.Nodes("Assertions"))
                {
                    Check(name, Properties.Of(source, assertion));
                }
            }
        }
    }

    private void Check(string rule, Properties assertion)
    {
        assertion.AllowOnly("Assert", "AssertDescription");
        if (assertion.Nodes("Assert") is not [var assert])
        {
            throw assertion.Error(null, "the property 'Assert' is missing; add it.");
        }

        if (!test.Test(assert))
        {
            var description = assertion.Text("AssertDescription")
                ?? "the assertion does not hold; choose other parameters";
            throw assertion.Error(null, $"the rule {rule} is violated: {description.TrimEnd('.')}.");
        }
    }
}
