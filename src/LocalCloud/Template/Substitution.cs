namespace PhotoLambda.Local.Template;

/// <summary>The text of a <c>Sub</c>, cut into what stands and what is replaced.</summary>
internal static class Substitution
{
    /// <returns>Pieces in order: the text itself, or the name within <c>${…}</c>.</returns>
    public static IEnumerable<(string Text, bool IsName)> Pieces(TemplateSource source, TextNode template)
    {
        var text = template.Text;
        var from = 0;
        for (var open = text.IndexOf("${", StringComparison.Ordinal); open >= 0;
             open = text.IndexOf("${", from, StringComparison.Ordinal))
        {
            yield return (text[from..open], false);
            var close = text.IndexOf('}', open);
            var name = close < 0 ? "" : text[(open + 2)..close];
            if (name.StartsWith('!'))
            {
                // ${!Literal} is how a template writes ${Literal} for someone else to replace.
                yield return ($"${{{name[1..]}}}", false);
            }
            else if (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '_'))
            {
                yield return (name, true);
            }
            else
            {
                throw source.Error(
                    template,
                    $"'{text[open..(close < 0 ? text.Length : close + 1)]}' in !Sub is not a name in braces; write "
                    + "${Name}, ${Name.Attribute}, or ${!Name} for the text itself.");
            }

            from = close + 1;
        }

        yield return (text[from..], false);
    }

    /// <summary>Both forms: a text alone, or a list of a text and a map of names of its own.</summary>
    public static (TextNode Template, MapNode? Own) Arguments(TemplateSource source, IntrinsicNode sub) =>
        sub.Argument switch
        {
            TextNode text => (text, null),
            ListNode { Items: [TextNode text, MapNode own] } => (text, own),
            _ => throw source.Error(sub, "!Sub takes a text, or a list of a text and a map of names to values."),
        };
}
