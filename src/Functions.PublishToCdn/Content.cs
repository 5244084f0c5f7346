namespace PhotoLambda.PublishToCdn;

/// <summary>Photos of one batch that have the same bytes: they are published once.</summary>
internal sealed class Content(CdnPhoto first)
{
    public string OrganizationId => first.OrganizationId;

    public string Variant => first.Variant;

    public List<CdnPhoto> Photos { get; } = [];

    /// <summary>All that the bytes are known by; the first names the asset.</summary>
    public List<string> Names { get; } = [];

    /// <param name="ofContent">As <see cref="CdnPhoto.Names"/> takes it.</param>
    public static IReadOnlyList<Content> Of(IEnumerable<CdnPhoto> photos, bool ofContent)
    {
        var (contents, known) = (new List<Content>(), new Dictionary<string, Content>());
        // Those with a checksum first: it joins what is known by less.
        foreach (var photo in photos.OrderBy(p => p.Sha256 is null))
        {
            var names = photo.Names(ofContent);
            var content = names.Select(n => known.GetValueOrDefault(Place(photo, n)))
                .FirstOrDefault(c => c is not null);
            if (content is null)
            {
                contents.Add(content = new Content(photo));
            }

            content.Photos.Add(photo);
            foreach (var name in names.Where(n => known.TryAdd(Place(photo, n), content)))
            {
                content.Names.Add(name);
            }
        }

        return contents;
    }

    /// <summary>What no two organizations, and no two variants, have in common.</summary>
    public IEnumerable<string> Places() => Names.Select(n => Place(first, n));

    private static string Place(CdnPhoto photo, string name) => $"{photo.Variant}/{photo.OrganizationId}/{name}";
}
