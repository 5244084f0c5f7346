namespace PhotoLambda.Aws;

/// <summary>
/// The signing key of the day, kept, since deriving it is most of the work of a signature. Thread-safe.
/// </summary>
internal sealed class DaySigningKey(string secretAccessKey)
{
    private Derived _derived = new("", []);

    /// <param name="scope">As <see cref="SigV4.Scope"/> gives it.</param>
    public byte[] For(string scope)
    {
        var known = _derived;
        if (known.Scope != scope)
        {
            _derived = known = new Derived(scope, SigV4.SigningKey(secretAccessKey, scope));
        }

        return known.Key;
    }

    // A reference, so that two threads that replace it never see the scope of one with the key of the other.
    private sealed record Derived(string Scope, byte[] Key);
}
