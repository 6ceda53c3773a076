namespace StreamingLambda.Build.Tests.Packages;

/// <summary>The tests that share one <see cref="PackedFeed"/>.</summary>
[CollectionDefinition(nameof(PackedFeed))]
public sealed class PackedFeedGroup : ICollectionFixture<PackedFeed>;
