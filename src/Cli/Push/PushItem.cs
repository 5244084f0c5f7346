namespace PhotoLambda.Cli.Push;

/// <summary>A file on its way.</summary>
internal sealed class PushItem(PushFile file)
{
    public PushFile File => file;

    /// <summary>64 digits in lower case; null before it was computed.</summary>
    public string? Sha256 { get; set; }

    /// <summary>Once there is a row for it.</summary>
    public Guid? PhotoId { get; set; }

    public Ticket? Ticket { get; set; }

    /// <summary>This run has sent it.</summary>
    public bool IsSent { get; set; }

    public JournalLine Line(string state) => new()
    {
        File = file.Path,
        Size = file.Size,
        ModifiedAt = file.ModifiedAt,
        Sha256 = Sha256,
        PhotoId = PhotoId,
        State = state,
    };
}
