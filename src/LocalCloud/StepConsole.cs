namespace PhotoLambda.Local;

/// <summary>Whole lines, one at a time, from whoever has something to say.</summary>
internal sealed class StepConsole(TextWriter output)
{
    private readonly Lock _lock = new();

    /// <summary>A step of the local cloud itself.</summary>
    public void Say(string line) => WriteLine($"· {line}");

    public void WriteLine(string line = "")
    {
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
