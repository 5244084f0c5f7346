namespace PhotoLambda.Media;

/// <summary>Who asks, and whose what is uploaded becomes.</summary>
public sealed record MediaCaller
{
    private MediaCaller(string organizationId, string? userId)
    {
        OrganizationId = MediaText.Required(organizationId, nameof(organizationId));
        UserId = MediaText.Optional(userId, nameof(userId));
    }

    public string OrganizationId { get; }

    /// <summary>Null: a module on nobody's behalf.</summary>
    public string? UserId { get; }

    /// <summary>A user: reads and changes what is the user's own, and reads what is system-wide.</summary>
    /// <param name="organizationId">1 to 255 characters, as <paramref name="userId"/>.</param>
    /// <exception cref="ArgumentException">An id is none.</exception>
    public static MediaCaller User(string organizationId, string userId) =>
        new(organizationId, MediaText.Required(userId, nameof(userId)));

    /// <summary>
    /// A module of the team on nobody's behalf: reads and changes all that is its organization's, and what it uploads
    /// is system-wide.
    /// </summary>
    /// <inheritdoc cref="User"/>
    public static MediaCaller System(string organizationId) => new(organizationId, null);
}
