#if !NET10_0_OR_GREATER
namespace PhotoLambda;

/// <summary>
/// Stands before Linq's where it is compiled ahead for .NET 9: there each pair of values that are selected from and
/// selected becomes a dozen iterators, used or not, which is three megabytes. .NET 10 has a switch for it and sets it.
/// </summary>
internal static class PlainSelect
{
    public static IEnumerable<TResult> Select<T, TResult>(this IEnumerable<T> items, Func<T, TResult> result)
    {
        foreach (var item in items)
        {
            yield return result(item);
        }
    }
}
#endif
